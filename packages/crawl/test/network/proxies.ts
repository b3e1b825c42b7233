import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "proxy-chain";
import type { ProxyUnderTest } from "./transportCases.js";

export interface RunningProxy extends ProxyUnderTest {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** proxy-chain, in this process, for user "user" with the password "pass". */
export async function startProxyChain(): Promise<RunningProxy & { readonly seen: readonly string[] }> {
  const seen: string[] = [];
  const server = new Server({
    port: 0,
    host: "127.0.0.1",
    prepareRequestFunction: ({ username, password, hostname, port }) => {
      const isKnown = username === "user" && password === "pass";
      if (isKnown) seen.push(`${hostname}:${port}`);
      return { requestAuthentication: !isKnown };
    },
  });
  await server.listen();
  const close = async (): Promise<void> => {
    await server.close(true);
  };
  return { url: `http://user:pass@127.0.0.1:${server.port}`, port: server.port, seen, close };
}

/** Where Debian puts servers, which is in not everybody's path. */
const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

export function has(command: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${command}`], { env: { ...process.env, PATH } }).status === 0;
}

/** With CI set, what is missing is a failure and not a reason to skip. */
export function skipsWithout(command: string): boolean {
  return !has(command) && process.env["CI"] !== "true";
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface ProxyFrom {
  /** The address of this machine from which it asks. Default: the usual one. */
  readonly from?: string;
}

/** microsocks, for user "user" with the password "pass". */
export async function startMicrosocks({ from }: ProxyFrom = {}): Promise<RunningProxy> {
  const port = await freePort();
  const args = ["-i", "127.0.0.1", "-p", String(port), "-u", "user", "-P", "pass", ...(from ? ["-b", from] : [])];
  const close = await started("microsocks", args, port);
  return { url: `socks5://user:pass@127.0.0.1:${port}`, port, close };
}

/** squid with the smallest configuration that works, with a password and without a cache. */
export async function startSquid({ from }: ProxyFrom = {}): Promise<RunningProxy> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "heddle-squid-"));
  const helper = join(folder, "auth.sh");
  writeFileSync(helper, '#!/bin/sh\nwhile read line; do [ "$line" = "user pass" ] && echo OK || echo ERR; done\n', {
    mode: 0o755,
  });
  const config = join(folder, "squid.conf");
  const lines = [
    `http_port 127.0.0.1:${port}`,
    `pid_filename ${folder}/squid.pid`,
    "access_log none",
    `cache_log ${folder}/cache.log`,
    `coredump_dir ${folder}`,
    "cache deny all",
    "cache_mem 8 MB",
    "shutdown_lifetime 0 seconds",
    "max_filedescriptors 1024",
    "pinger_enable off",
    `auth_param basic program ${helper}`,
    "auth_param basic children 1",
    "acl known proxy_auth REQUIRED",
    "http_access allow known",
    "http_access deny all",
    "connect_retries 0",
    "forward_max_tries 1",
    "workers 1",
    ...(from === undefined ? [] : [`tcp_outgoing_address ${from}`]),
    ...(process.getuid?.() === 0 ? ["cache_effective_user proxy"] : []),
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  if (process.getuid?.() === 0) spawnSync("chown", ["-R", "proxy", folder]);
  const stop = await started("squid", ["-N", "-f", config], port);
  return {
    url: `http://user:pass@127.0.0.1:${port}`,
    port,
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a server and waits until its port answers. Returns what ends it. */
async function started(command: string, args: string[], port: number): Promise<() => Promise<void>> {
  const child = spawn(command, args, { env: { ...process.env, PATH }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const exited = once(child, "exit");
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`${command} did not start: ${said}`);
    if (await answers(port)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return async () => {
    child.kill("SIGKILL");
    await exited;
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
