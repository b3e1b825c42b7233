import { constants } from "node:os";
import { checkFlag, checkNumber, checkOptions } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { dumpOn } from "./dumpOn.js";

export interface DebugOptions {
  /**
   * Says which line blocks the event loop when one does for longer than this, in milliseconds, while it still does. Takes a
   * thread of its own. Node only. Default: nobody watches.
   */
  blocked?: number;
  /** Whether places are noted and what looks wrong is reported, as with `debug: true`. Default true. */
  reports?: boolean;
}

/** What of a run is watched. All of it costs nothing when it is left out. */
export interface WatchOptions {
  /**
   * Notes the places of tasks and waits, and reports on stderr what looks wrong, each once and with its line. Default: what
   * `HEDDLE_DEBUG` in the environment says: `1`, `blocked=100`, or both with a comma.
   */
  debug?: boolean | DebugOptions;
  /** A file that a trace of the run is written to when it ends, for `heddle timeline`, Perfetto or Chrome. Default: none. */
  trace?: string;
  /** The signal at which the tree of all tasks is written to stderr, such as "SIGUSR2". Default: none. */
  dumpOn?: NodeJS.Signals;
}

export const WATCH_OPTIONS: readonly string[] = ["debug", "trace", "dumpOn"];

const DEBUG_OPTIONS = ["blocked", "reports"];
/** These cannot be listened for. */
const DEAF: readonly string[] = ["SIGKILL", "SIGSTOP"];

export function checkWatchOptions(options: WatchOptions): void {
  const { debug, trace, dumpOn: signal } = options;
  if (typeof debug === "object" && debug !== null) {
    checkOptions("debug a run", debug, DEBUG_OPTIONS);
    checkFlag("debug a run", debug.reports, "reports");
    if (debug.blocked !== undefined) checkNumber("debug a run", debug.blocked, { what: "blocked", least: 10 });
  } else {
    checkFlag("run", debug, "debug");
  }
  if (trace !== undefined && (typeof trace !== "string" || trace === "")) {
    throw new InvalidArgumentError(`Cannot run as trace must be the name of a file: received ${describe(trace)}`);
  }
  if (signal === undefined) return;
  if (typeof signal !== "string" || !(signal in constants.signals) || DEAF.includes(signal)) {
    throw new InvalidArgumentError(
      `Cannot run as dumpOn must be a signal that can be listened for, such as "SIGUSR2": received ${describe(signal)}`,
    );
  }
}

/** What `HEDDLE_DEBUG` asks for. `debug.ts` reads the 1 itself. */
function fromEnvironment(): DebugOptions {
  const words = (process.env["HEDDLE_DEBUG"] ?? "").split(",");
  const blocked = Number(words.find((word) => word.startsWith("blocked="))?.slice("blocked=".length));
  return { reports: words.includes("1"), ...(blocked >= 10 ? { blocked } : {}) };
}

/** What is to be watched of a run. */
export interface WatchPlan {
  readonly dumpOn?: NodeJS.Signals;
  readonly reports: boolean;
  readonly blocked?: number;
  readonly trace?: string;
}

/**
 * What `options` ask for; null for nothing.
 *
 * @param outermost whether the environment counts as well
 */
export function watchPlan(options: WatchOptions, outermost: boolean): WatchPlan | null {
  const asked = options.debug ?? (outermost ? fromEnvironment() : false);
  const { blocked, reports = true }: DebugOptions = typeof asked === "object" ? asked : { reports: asked };
  const { dumpOn: signal, trace } = options;
  if (!reports && blocked === undefined && trace === undefined && signal === undefined) return null;
  return {
    reports,
    ...(signal === undefined ? {} : { dumpOn: signal }),
    ...(blocked === undefined ? {} : { blocked }),
    ...(trace === undefined ? {} : { trace }),
  };
}

/**
 * Starts what is planned, and returns the function that ends it. A watcher that cannot start says so on stderr, and the
 * run goes on without it. If cancelled: goes on, it does not take long.
 */
export async function startWatching(plan: WatchPlan): Promise<() => Promise<void>> {
  const ends: (() => unknown)[] = [];
  const start = async (begin: () => unknown): Promise<void> => {
    try {
      ends.push((await begin()) as () => unknown);
    } catch (error) {
      console.error("heddle: cannot watch the run:", error);
    }
  };
  const { dumpOn: signal, reports, blocked, trace } = plan;
  if (signal !== undefined) await start(() => dumpOn(signal));
  if (reports) await start(async () => (await import("./complaints.js")).startComplaints());
  if (blocked !== undefined) await start(async () => (await import("./watchdog.js")).startWatchdog(blocked));
  if (trace !== undefined) await start(async () => (await import("./traceRun.js")).startTrace(trace));
  return async () => {
    for (const end of ends.reverse()) {
      try {
        await end();
      } catch (error) {
        // A full disk, say: what the run has achieved is no less worth for that.
        console.error("heddle: cannot end watching the run:", error);
      }
    }
  };
}
