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

/** Who listens at a port of this machine, as far as we may know. */
export interface PortHolder {
  readonly pid?: number;
  /** What it was started as, shortened. */
  readonly command?: string;
  /** The number of the user that it belongs to. */
  readonly uid: number;
}

/** Undefined where nobody listens at that port, or where the platform does not say. */
export function holderOf(port: number): PortHolder | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const socket = listening().get(port);
    if (socket === undefined) return undefined;
    const entry = readdirSync("/proc").find((each) => /^\d+$/.test(each) && socketsOf(Number(each)).has(socket.inode));
    if (entry === undefined) return { uid: socket.uid };
    const command = commandOf(Number(entry));
    return { uid: socket.uid, pid: Number(entry), ...(command === "" ? {} : { command }) };
  } catch {
    return undefined;
  }
}

/** How many letters of a command are told. */
const COMMAND = 60;

function commandOf(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
    return words.length <= COMMAND ? words : `${words.slice(0, COMMAND - 1)}…`;
  } catch {
    return "";
  }
}

function portsFromProc(pid: number): number[] {
  const own = socketsOf(pid);
  return [...listening()].filter(([, { inode }]) => own.has(inode)).map(([port]) => port);
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

function listening(): Map<number, { inode: string; uid: number }> {
  const ports = new Map<number, { inode: string; uid: number }>();
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    let table: string;
    try {
      table = readFileSync(file, "utf8");
    } catch {
      continue;
    }
    for (const line of table.split("\n").slice(1)) {
      const [, local = "", , state, , , , uid, , inode] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.split(":")[1] ?? "", 16);
      if (state === LISTEN && inode !== undefined) ports.set(port, { inode, uid: Number(uid) });
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
