// The site that the page workloads fetch from, in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts the site. The result makes lists of addresses on it: each of a page of its own, on the hosts in turn.
 */
export async function pageUrls({ hosts }) {
  const server = spawn(process.execPath, [fileURLToPath(new URL("pagesServer.mjs", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.on("exit", () => server.kill());
  const [port] = await once(server.stdout, "data");
  let next = 0;
  return function* urls(n) {
    // Each host has pages of all sizes.
    for (let i = 0; i < n; i++, next++)
      yield `http://127.0.0.${1 + (next % hosts)}:${Number(port)}/en/${Math.floor(next / hosts)}`;
  };
}
