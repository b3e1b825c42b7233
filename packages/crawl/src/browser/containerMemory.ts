import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The memory that there is for the processes of this container, or of this machine. In bytes. */
export interface ContainerMemory {
  /** The smallest of the limits that count. */
  readonly limit: number;
  /** How much of it is free, or is only lent to the cache of files. */
  readonly available: number;
  /** Where the least is free. */
  readonly source: "cgroup2" | "cgroup1" | "machine";
}

/** A file's text; undefined if it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/**
 * Reads what the kernel says now: a container's limit can be changed while it runs. Looked at are the own control group
 * and all above it that can be seen, of both versions, and the machine. undefined where there is no `/proc`.
 */
export function containerMemory(read: ReadText = readText): ContainerMemory | undefined {
  const machine = machineMemory(read);
  if (machine === undefined) return undefined;
  let { limit, available, source } = machine;
  for (const { folder, version } of groupFolders(read)) {
    const group = version === 2 ? group2(folder, read) : group1(folder, read);
    // A group without a limit says so by a number that is larger than any machine.
    if (group === undefined || group.limit >= machine.limit) continue;
    limit = Math.min(limit, group.limit);
    if (group.available < available) ({ available, source } = group);
  }
  return { limit, available, source };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function machineMemory(read: ReadText): ContainerMemory | undefined {
  const text = read("/proc/meminfo");
  const field = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text ?? "")?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const limit = field("MemTotal");
  const available = field("MemAvailable");
  return limit === undefined || available === undefined ? undefined : { limit, available, source: "machine" };
}

function group2(folder: string, read: ReadText): ContainerMemory | undefined {
  const limit = Number(read(join(folder, "memory.max")));
  const used = Number(read(join(folder, "memory.current")) ?? Number.NaN);
  const cache = statOf(read(join(folder, "memory.stat")), "inactive_file");
  return memoryOf(limit, used, cache, "cgroup2");
}

function group1(folder: string, read: ReadText): ContainerMemory | undefined {
  const limit = Number(read(join(folder, "memory.limit_in_bytes")) ?? Number.NaN);
  const used = Number(read(join(folder, "memory.usage_in_bytes")) ?? Number.NaN);
  const cache = statOf(read(join(folder, "memory.stat")), "total_inactive_file");
  return memoryOf(limit, used, cache, "cgroup1");
}

/** `memory.max` may say "max", which is no number. */
function memoryOf(
  limit: number,
  used: number,
  cache: number,
  source: ContainerMemory["source"],
): ContainerMemory | undefined {
  if (!(limit > 0) || !(used >= 0)) return undefined;
  return { limit, available: Math.max(0, limit - Math.max(0, used - cache)), source };
}

function statOf(text: string | undefined, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text ?? "")?.[1] ?? 0);
}

interface GroupFolder {
  readonly folder: string;
  readonly version: 1 | 2;
}

/** The own group and those above it, as far as they are mounted here. */
function groupFolders(read: ReadText): GroupFolder[] {
  const own = (read("/proc/self/cgroup") ?? "").split("\n").map((line) => line.split(":"));
  const folders: GroupFolder[] = [];
  for (const line of (read("/proc/self/mountinfo") ?? "").split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const [, , , root = "/", point = ""] = left.split(" ");
    const [type, , superOptions = ""] = right.split(" ");
    const version = type === "cgroup2" ? 2 : 1;
    if (type !== "cgroup2" && !(type === "cgroup" && superOptions.split(",").includes("memory"))) continue;
    const entry = own.find(([id, controllers = ""]) =>
      version === 2 ? id === "0" && controllers === "" : controllers.split(",").includes("memory"),
    );
    const path = below(entry?.slice(2).join(":") ?? "/", root);
    for (let at = path; ; at = at.slice(0, at.lastIndexOf("/"))) {
      folders.push({ folder: join(point, at), version });
      if (at === "") break;
    }
  }
  return folders;
}

/** In a container the mount may show only what is below the container's own group. */
function below(path: string, root: string): string {
  if (root === "/") return path === "/" ? "" : path;
  return path === root || !path.startsWith(`${root}/`) ? "" : path.slice(root.length);
}
