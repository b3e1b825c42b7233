/** The engines that differ in where a context goes. All tested lines of Node agree, with and without async context frames. */
export type Engine = "node" | "bun" | "deno";

/** A place where the runtimes differ: whose context it is on each, and how we know that this is the runtime's doing. */
export interface Difference extends Readonly<Record<Engine, string>> {
  readonly what: string;
  readonly evidence: string;
}

export type DifferenceName =
  | "abortSignalTimeout"
  | "broadcastChannel"
  | "childOutput"
  | "httpServer"
  | "messagePort"
  | "netClient"
  | "netServer"
  | "queuedNext"
  | "storageExit"
  | "unhandledRejection"
  | "worker";

const BUN_EVENTS = "https://github.com/oven-sh/bun/pull/32805 (closed, not merged)";
const SEEN = "seen here only";

/** Data for the tests of this folder and for the table in docs/runtimes.md, which is compared with it. */
export const differences: Readonly<Record<DifferenceName, Difference>> = {
  abortSignalTimeout: {
    what: "an `abort` listener of `AbortSignal.timeout()`",
    node: "maker",
    bun: "nobody",
    deno: "nobody",
    evidence: BUN_EVENTS,
  },
  broadcastChannel: {
    what: "a listener of a `BroadcastChannel`",
    node: "maker",
    bun: "nobody",
    deno: "sender",
    evidence: BUN_EVENTS,
  },
  childOutput: {
    what: "a `data` listener of a child process's output",
    node: "spawner",
    bun: "listener",
    deno: "nobody",
    evidence: SEEN,
  },
  httpServer: {
    what: "a listener of a `node:http` server, and of its requests and responses",
    node: "server",
    bun: "server",
    deno: "nobody",
    evidence: "https://github.com/denoland/deno/issues/32327",
  },
  messagePort: {
    what: "a listener of a `MessagePort`",
    node: "maker",
    bun: "nobody",
    deno: "listener",
    evidence: BUN_EVENTS,
  },
  netClient: {
    what: "a `data` or `close` listener of a `node:net` client",
    node: "client",
    bun: "client",
    deno: "nobody",
    evidence: "https://github.com/denoland/deno/issues/35154 (closed; `connect` was mended)",
  },
  netServer: {
    what: "a `data` listener of a connection to a `node:net` server",
    node: "nobody",
    bun: "server",
    deno: "nobody",
    evidence: SEEN,
  },
  queuedNext: {
    what: "an async generator's segment for a `next()` that was called while another one was under way",
    node: "first",
    bun: "first",
    deno: "nobody",
    evidence: SEEN,
  },
  storageExit: {
    what: "a store of the program's, after an `await` inside `AsyncLocalStorage.exit()`",
    node: "undefined",
    bun: "undefined",
    deno: "Ann",
    evidence: "https://github.com/denoland/deno/pull/36464 (merged, not in the version tested)",
  },
  unhandledRejection: {
    what: "a listener of `unhandledRejection`",
    node: "thrower",
    bun: "nobody",
    deno: "thrower",
    evidence: "https://github.com/oven-sh/bun/issues/40223",
  },
  worker: {
    what: "a listener of a `Worker`",
    node: "maker",
    bun: "nobody",
    deno: "maker",
    evidence: BUN_EVENTS,
  },
};

export const engine: Engine =
  process.versions["bun"] !== undefined ? "bun" : process.versions["deno"] !== undefined ? "deno" : "node";

/** Whose context it is on the runtime that runs this. */
export function onThisRuntime(name: DifferenceName): string {
  return differences[name][engine];
}
