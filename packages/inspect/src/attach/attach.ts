import { shield, sleep } from "heddle";
import type { Snapshot } from "heddle/watch";
import { CannotAttachError } from "../errors.js";
import { Connection } from "./connection.js";
import type { CpuProfile, LoopWatch } from "./hotSpot.js";
import { hotSpotOf } from "./hotSpot.js";
import { openInspector } from "./inspectorPort.js";
import type { Looker } from "./lookers.js";
import { arriveExpression, leaveExpression } from "./lookers.js";
import { cancelExpression, LOOP_DELAY_END, LOOP_DELAY_START } from "./probeSource.js";
import { checkTarget } from "./target.js";
import type { SnapshotRequest } from "./thread.js";
import { setDebug, Thread } from "./thread.js";
import { lookIntoWorkers } from "./workers.js";

/** A process that is looked into, from outside. Close it, so that its inspector is closed again. */
export class Attachment implements AsyncDisposable {
  readonly pid: number;
  readonly #connection: Connection;
  readonly #looker: Looker;
  readonly #main: Thread;

  constructor(pid: number, connection: Connection, looker: Looker) {
    this.pid = pid;
    this.#connection = connection;
    this.#looker = looker;
    this.#main = new Thread(connection);
  }

  /**
   * All that is under way there. A program that is caught in a job which does not end within a quarter of a second is blocked:
   * the snapshot tells by what.
   *
   * If cancelled: throws; the other process is as it was.
   */
  async snapshot(request: SnapshotRequest = {}): Promise<Snapshot> {
    await this.#main.evaluate(arriveExpression(this.#looker));
    const snapshot = await this.#main.snapshot(request);
    const workers = request.workers === true ? await lookIntoWorkers(this.#connection, request) : [];
    if (snapshot !== null) return workers.length === 0 ? snapshot : { ...snapshot, workers };
    const [first] = workers;
    if (first === undefined) throw noHeddle(this.pid, request.workers === true);
    const { blocked: _blocked, running: _running, ...same } = first.snapshot;
    return { ...same, tasks: [], leftOut: 0, primitives: [], workers };
  }

  /**
   * Watches the event loop of its main thread for a while: for how long it did not turn at most, and where the time went.
   *
   * If cancelled: throws; the profiler may go on until the connection is closed.
   *
   * @param ms for how long, in milliseconds
   */
  async watchLoop(ms: number): Promise<LoopWatch> {
    await this.#connection.call("Profiler.enable");
    await this.#connection.call("Profiler.start");
    await this.#main.evaluate(LOOP_DELAY_START);
    await sleep(ms);
    const longest = Number(await this.#main.evaluate(LOOP_DELAY_END));
    const { profile } = await this.#connection.call<{ profile: CpuProfile }>("Profiler.stop");
    await this.#connection.call("Profiler.disable");
    const hottest = hotSpotOf(profile);
    return { longest, ...(hottest === undefined ? {} : { hottest }) };
  }

  /** Cancels a task there. Returns false when it has ended or was cancelled before. If cancelled: it may have been done. */
  async cancelTask(id: number, reason: string): Promise<boolean> {
    return (await this.#main.evaluate(cancelExpression(id, reason))) === true;
  }

  /** Switches debug mode there, in which the places of tasks and waits are noted. If cancelled: it may have been done. */
  async setDebug(on: boolean): Promise<void> {
    await this.#main.evaluate(setDebug(on));
  }

  /** Ends it: an inspector that was opened for us is closed again. If cancelled: does so all the same. */
  async close(): Promise<void> {
    await shield(async () => {
      await this.#leave();
      await this.#connection.close();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #leave(): Promise<void> {
    try {
      await this.#connection.call("Runtime.evaluate", { expression: leaveExpression(this.#looker) });
    } catch {
      // It closes the connection before it answers.
    }
  }
}

/**
 * Looks into a running Node program that uses Heddle. Nothing has to be prepared there: Node starts its inspector at a signal,
 * on the loopback address, and it is closed again in the end.
 *
 * If cancelled: throws; an inspector that was started by then stays open, for whoever comes next.
 *
 * @throws CannotAttachError, whose message says what is wrong with that process
 */
export async function attach(pid: number): Promise<Attachment> {
  checkTarget(pid);
  for (let tries = 1; ; tries++) {
    const { url, opened } = await openInspector(pid);
    const looker: Looker = { id: `${process.pid} ${performance.now()}`, opened };
    try {
      const connection = await Connection.open(url);
      await connection.call("Runtime.evaluate", { expression: arriveExpression(looker) });
      return new Attachment(pid, connection, looker);
    } catch (error) {
      // Somebody else who looked may just have closed the inspector.
      if (tries === MOST_TRIES || !(error instanceof CannotAttachError)) throw error;
      checkTarget(pid);
    }
  }
}

const MOST_TRIES = 3;

function noHeddle(pid: number, everywhere: boolean): CannotAttachError {
  const where = everywhere ? "" : ", or has it in its worker threads only, which heddle ps looks into";
  return new CannotAttachError("no Heddle", `Cannot look at process ${pid} as it does not use Heddle${where}`);
}
