// The site that the GET workloads fetch from, in a process of its own, and a list of its page's address.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export async function site() {
  const server = spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.on("exit", () => server.kill());
  const [port] = await once(server.stdout, "data");
  return `http://127.0.0.1:${Number(port)}/`;
}

export const urls = (url, n) => Array.from({ length: n }, () => url);
