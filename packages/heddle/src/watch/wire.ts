/**
 * What goes from a program that is watched to whoever looks at it: plain data that survives JSON, and imports nothing. A
 * number that is not known is left out, never made up. A viewer takes what it knows and leaves the rest.
 */

/** Changes when something that was there means something else; new fields do not change it. */
export const WIRE_VERSION = 1;

/** All that is under way in a process, at one moment. */
export interface Snapshot {
  readonly kind: "snapshot";
  readonly version: typeof WIRE_VERSION;
  readonly pid: number;
  /** `node 20.20.2`. */
  readonly runtime: string;
  /** What the process runs: its first argument that is a file. */
  readonly program: string;
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number;
  /** How long the process runs, in milliseconds. */
  readonly uptime: number;
  /** CPU time of the process since its start, in milliseconds. */
  readonly cpu: number;
  /** How long the event loop was busy and idle since its start, in milliseconds. Node only. */
  readonly loop?: { readonly busy: number; readonly idle: number };
  /** How large the heap is, in bytes. */
  readonly heap?: number;
  /** Whether debug mode was on, without which it is not noted where waits began. */
  readonly debug: boolean;
  /** Whether it was looked for where tasks sit. */
  readonly searched?: boolean;
  /** Parents before their children. */
  readonly tasks: readonly TaskInfo[];
  /** How many tasks there are beyond those listed. */
  readonly leftOut: number;
  /** What tasks wait for, and what else is known of. */
  readonly primitives: readonly PrimitiveInfo[];
  /** How long the program took to answer, in milliseconds. Told by those who look from outside. */
  readonly answeredAfter?: number;
  /** Its worker threads that have tasks, where they were looked into. */
  readonly workers?: readonly WorkerInfo[];
  /** The task whose code ran at that moment; undefined where none did. */
  readonly running?: number;
  /** Set when the program was caught in the middle of a job, as it gave nobody else a turn. */
  readonly blocked?: BlockedInfo;
}

/** A worker thread: tasks and primitives have numbers of their own there. */
export interface WorkerInfo {
  /** Its `threadId`. */
  readonly id: number;
  /** The file that it runs. */
  readonly url: string;
  readonly snapshot: Snapshot;
}

export interface TaskInfo {
  /** Unique in the process. 0 is code outside of all tasks. */
  readonly id: number;
  readonly name: string;
  readonly state: "created" | "running";
  /** The task that it belongs to; null for those of the process. */
  readonly parent: number | null;
  /** The name of what it was started in: `run`, `gather`, that of a group. */
  readonly group?: string;
  /** How long ago it was created, in milliseconds. */
  readonly age: number;
  readonly waits: readonly WaitInfo[];
  /**
   * How long its code has run between its waits, in milliseconds, in all. Debug mode only; what it does between a promise from
   * elsewhere and its next wait is not counted.
   */
  readonly ran?: number;
  /** How long ago it was last heard of, in milliseconds: woken, or beginning to wait. Debug mode only. */
  readonly quiet?: number;
  /** How many tasks it has started that have not ended, whatever becomes of them. */
  readonly children: number;
  /** `file:line:column` of the call that created it. */
  readonly createdAt?: string;
  /** How many milliseconds are left until the nearest deadline around it; negative when it has passed. */
  readonly deadlineIn?: number;
  /** It was asked to stop, and has not. */
  readonly cancelled?: { readonly reason: string; readonly since?: number };
  /**
   * Where it sits: for each promise that it awaits, whoever made that, the user's functions that wait for it, the innermost
   * first. Found on demand, on Node.
   */
  readonly sits?: readonly (readonly FrameInfo[])[];
  /** It has handed its signal to a call of the platform's. */
  readonly signal?: boolean;
}

export interface WaitInfo {
  /** `lock.acquire`, `sleep`, `task`, … */
  readonly what: string;
  /** `children`: those that it has started in what has this name. */
  readonly group?: string;
  /** The `PrimitiveInfo` that it waits at. */
  readonly primitive?: number;
  /** The task that it awaits. */
  readonly task?: number;
  /** For how long, in milliseconds. */
  readonly since: number;
  /** How many milliseconds of a sleep are left. */
  readonly left?: number;
  /** What it brought along, when that is a number: how many permits. */
  readonly wants?: number;
  /** Where it waits: the user's line, then those that wait for that line. */
  readonly parkedAt?: readonly string[];
}

export interface PrimitiveInfo {
  /** Unique in the process. */
  readonly id: number;
  /** `Lock`, `Queue`, … */
  readonly kind: string;
  /** What `named()` has called it. */
  readonly name?: string;
  /** Where it was made, as far as debug mode has noted it. */
  readonly createdAt?: string;
  /** What its `stats()` says, as far as it is plain. */
  readonly stats: Readonly<Record<string, number | string | boolean>>;
  /** Who has it, as far as that is known. */
  readonly holders?: readonly HolderInfo[];
  /** Permits that were taken, and that nobody can give back any more as nobody has them. */
  readonly lost?: number;
}

export interface HolderInfo {
  /** 0 for code outside of all tasks. */
  readonly task: number;
  readonly name: string;
  /** How many permits. */
  readonly permits?: number;
}

/** Where a program was when it let nobody else run. */
export interface BlockedInfo {
  /** The task that runs, if it is one. */
  readonly task?: number;
  readonly name?: string;
  /** The innermost frame first. */
  readonly frames: readonly FrameInfo[];
}

export interface FrameInfo {
  readonly function: string;
  /** `file:line:column`. */
  readonly at: string;
}
