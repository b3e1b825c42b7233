import type { PrimitiveInfo, Snapshot, TaskInfo } from "heddle/watch";

export function taskInfo(id: number, name: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return { id, name, state: "running", parent: null, age: id * 1000, waits: [], children: 0, ...more };
}

/** A snapshot of a program called `shop.js`. */
export function snapshotOf(
  tasks: readonly TaskInfo[],
  more: Partial<Snapshot> = {},
  primitives: readonly PrimitiveInfo[] = [],
): Snapshot {
  return {
    kind: "snapshot",
    version: 1,
    pid: 17,
    runtime: "node 20.20.2",
    program: "/srv/shop.js",
    at: 10_000,
    uptime: 65_000,
    cpu: 1000,
    loop: { busy: 1000, idle: 9000 },
    debug: false,
    tasks,
    leftOut: 0,
    primitives,
    ...more,
  };
}
