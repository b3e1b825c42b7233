import { readFileSync, readlinkSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Watchdog } from "./watchdog.js";

/** How folders of Chromiums begin. */
export const HOME_PREFIX = "heddle-chromium-";

/** In which a folder says whose it is. */
export const OWNER_FILE = "owner";

/**
 * Whose a folder is: number and start of a process, and within which numbers count. A number alone may have gone to another
 * process since, and mean another one in another container with the same folder for temporary files.
 */
export function ownerLine(pid: number = process.pid): string {
  return `${pid} ${startOf(pid) ?? "?"} ${pidNamespace()}`;
}

/**
 * Ends what is left of Chromiums whose owner is gone, and their folders. Usually there is nothing: their watchdogs see to it, and
 * only who kills these as well leaves something.
 *
 * If cancelled: it is done all the same, only not waited for.
 */
export async function clearStaleHomes(base: string): Promise<void> {
  const names = await readdir(base).catch(() => []);
  for (const name of names) {
    const home = join(base, name);
    if (name.startsWith(HOME_PREFIX) && (await isStale(home))) await new Watchdog(home).finish();
  }
}

async function isStale(home: string): Promise<boolean> {
  const line = await readFile(join(home, OWNER_FILE), "utf8").catch(() => undefined);
  const [pid, start, namespace] = line?.split(" ") ?? [];
  if (pid === undefined || start === "?" || namespace !== pidNamespace()) return false;
  return startOf(Number(pid)) !== start;
}

/** When a process was started, in ticks since the machine was; undefined if there is none, or no `/proc`. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Behind the name, which may have anything in it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
