import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** In `/proc/net/tcp`: the state of a socket that listens. */
const LISTEN = "0A";

/**
 * The TCP ports that a process listens at, or undefined where the platform does not say. Node tells the port of its inspector
 * to its own stderr only, and that is not ours to read.
 */
export function portsOf(pid: number): number[] | undefined {
  try {
    return process.platform === "linux" ? portsFromProc(pid) : portsFromLsof(pid);
  } catch {
    return undefined;
  }
}

/** Which process listens at a port of this machine, as far as we may know. */
export function pidAt(port: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const inode = listening().get(port);
    if (inode === undefined) return undefined;
    for (const entry of readdirSync("/proc")) {
      if (/^\d+$/.test(entry) && socketsOf(Number(entry)).has(inode)) return Number(entry);
    }
  } catch {
    // Then it is not known.
  }
  return undefined;
}

function portsFromProc(pid: number): number[] {
  const own = socketsOf(pid);
  return [...listening()].filter(([, inode]) => own.has(inode)).map(([port]) => port);
}

/** The inodes of the sockets that a process has open. */
function socketsOf(pid: number): Set<string> {
  const inodes = new Set<string>();
  let entries: string[];
  try {
    entries = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return inodes;
  }
  for (const entry of entries) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${entry}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  return inodes;
}

function listening(): Map<number, string> {
  const ports = new Map<number, string>();
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    let table: string;
    try {
      table = readFileSync(file, "utf8");
    } catch {
      continue;
    }
    for (const line of table.split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.split(":")[1] ?? "", 16);
      if (state === LISTEN && inode !== undefined) ports.set(port, inode);
    }
  }
  return ports;
}

function portsFromLsof(pid: number): number[] | undefined {
  if (process.platform === "win32") return undefined;
  const table = execFileSync("lsof", ["-nP", "-a", "-p", String(pid), "-iTCP", "-sTCP:LISTEN", "-Fn"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return [...table.matchAll(/^n.*:(\d+)$/gm)].map(([, port]) => Number(port));
}
