import { moveOnAfter, shield, sleep } from "heddle";
import type { Awaits, Snapshot } from "heddle/watch";
import { WIRE_VERSION, withAwaits } from "heddle/watch";
import { CannotAttachError, ProtocolError } from "../errors.js";
import { Connection } from "./connection.js";
import type { CpuProfile, LoopWatch } from "./hotSpot.js";
import { hotSpotOf } from "./hotSpot.js";
import { openInspector } from "./inspectorPort.js";
import type { Interrupted } from "./probeSource.js";
import {
  awaitsFunction,
  cancelExpression,
  LOOP_DELAY_END,
  LOOP_DELAY_START,
  snapshotFunction,
  turnExpression,
} from "./probeSource.js";
import { checkTarget } from "./target.js";

export interface SnapshotRequest {
  /** At most so many tasks are listed. Default 20,000. */
  limit?: number;
  /**
   * Whether to look for all primitives and for who has the permits of semaphores. The other process collects its garbage for
   * that, which may take it some tens of milliseconds. Default false.
   */
  deep?: boolean;
  /**
   * Whether to look for the lines in which tasks sit, also where nothing was noted before. That too has the other process
   * collect its garbage: `"cheap"` looks unless its heap is larger than a quarter of a gigabyte. Default false.
   */
  lines?: boolean | "cheap";
}

/** A job that has kept the event loop for this long, in milliseconds, blocks it. */
const BLOCKED_AFTER = 250;
/** So often a blocked program is asked what it runs before that remains unknown. */
const MOST_QUESTIONS = 20;
const TURNED = "heddle/turned";
/** A heap whose garbage is collected in some tens of milliseconds, in bytes. */
const CHEAP_HEAP = 256 * 1024 * 1024;
/** For how long at most the other process looks for lines, in milliseconds. */
const LOOK_PATIENCE = 250;
/** How long we wait for that, in milliseconds: a program that gives nobody a turn does not look. */
const LINES_PATIENCE = 5000;
/** The prototypes of what a snapshot wants to know all of. */
const KINDS = ["WaitList", "Permit"].map((kind) => `globalThis[Symbol.for("heddle/watch@1")]?.kinds.${kind}`);

interface Remote {
  result: { value?: unknown; objectId?: string };
  exceptionDetails?: { text: string; exception?: { description?: string } };
}

/** A process that is looked into, from outside. Close it, so that its inspector is closed again. */
export class Attachment implements AsyncDisposable {
  readonly pid: number;
  readonly #connection: Connection;
  readonly #opened: boolean;

  constructor(pid: number, connection: Connection, opened: boolean) {
    this.pid = pid;
    this.#connection = connection;
    this.#opened = opened;
  }

  /**
   * All that is under way there. A program that is caught in a job which does not end within a quarter of a second is blocked:
   * the snapshot tells by what.
   *
   * If cancelled: throws; the other process is as it was.
   */
  async snapshot(request: SnapshotRequest = {}): Promise<Snapshot> {
    const asked = performance.now();
    await this.#evaluate(turnExpression(TURNED));
    const answeredAfter = Math.round(performance.now() - asked);
    return { ...(await this.#look(request)), answeredAfter };
  }

  async #look(request: SnapshotRequest): Promise<Snapshot> {
    const { lines = false } = request;
    const { snapshot, interrupted } = await this.#ask(lines === false ? request : { ...request, deep: false });
    if (interrupted.frames.length > 0 || !(await this.#hasTurned())) {
      await sleep(BLOCKED_AFTER);
      if (!(await this.#hasTurned())) return this.#blocked(request);
    }
    if (lines === false) return snapshot;
    const small = snapshot.heap === undefined || snapshot.heap <= CHEAP_HEAP;
    if (lines === "cheap" && !small) return request.deep === true ? (await this.#ask(request)).snapshot : snapshot;
    return (await moveOnAfter(LINES_PATIENCE, () => this.#askWithLines(request))) ?? snapshot;
  }

  async #hasTurned(): Promise<boolean> {
    return (await this.#evaluate(`globalThis[Symbol.for("${TURNED}")]`)) === true;
  }

  /** A question may come in where only the platform's own code runs, between two jobs of an endless row of them. */
  async #blocked(request: SnapshotRequest): Promise<Snapshot> {
    const first = await this.#ask(request);
    let { interrupted } = first;
    for (let asked = 1; interrupted.frames.length === 0 && asked < MOST_QUESTIONS; asked++) {
      await sleep(asked);
      ({ interrupted } = await this.#ask({ limit: 1 }));
    }
    return { ...first.snapshot, blocked: interrupted };
  }

  /**
   * Watches the event loop there for a while: for how long it did not turn at most, and where the time went.
   *
   * If cancelled: throws; the profiler may go on until the connection is closed.
   *
   * @param ms for how long, in milliseconds
   */
  async watchLoop(ms: number): Promise<LoopWatch> {
    await this.#connection.call("Profiler.enable");
    await this.#connection.call("Profiler.start");
    await this.#evaluate(LOOP_DELAY_START);
    await sleep(ms);
    const longest = Number(await this.#evaluate(LOOP_DELAY_END));
    const { profile } = await this.#connection.call<{ profile: CpuProfile }>("Profiler.stop");
    await this.#connection.call("Profiler.disable");
    const hottest = hotSpotOf(profile);
    return { longest, ...(hottest === undefined ? {} : { hottest }) };
  }

  /** Cancels a task there. Returns false when it has ended or was cancelled before. If cancelled: it may have been done. */
  async cancelTask(id: number, reason: string): Promise<boolean> {
    return (await this.#evaluate(cancelExpression(id, reason))) === true;
  }

  /** Switches debug mode there, in which the places of tasks and waits are noted. If cancelled: it may have been done. */
  async setDebug(on: boolean): Promise<void> {
    await this.#evaluate(`globalThis[Symbol.for("heddle/watch@1")]?.setDebug?.(${on})`);
  }

  /** Ends it: an inspector that was opened for us is closed again. If cancelled: does so all the same. */
  async close(): Promise<void> {
    await shield(async () => {
      if (this.#opened) await this.#closeInspector();
      await this.#connection.close();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #closeInspector(): Promise<void> {
    try {
      await this.#connection.call("Runtime.evaluate", { expression: "process._debugEnd()" });
    } catch {
      // It closes the connection before it answers.
    }
  }

  async #ask(request: SnapshotRequest): Promise<{ snapshot: Snapshot; interrupted: Interrupted }> {
    const { limit = 20_000, deep = false } = request;
    const found = deep ? await this.#findAll(KINDS) : [];
    return this.#call<{ interrupted: Interrupted }>(snapshotFunction({ limit }), found, false);
  }

  async #askWithLines({ limit = 20_000, deep = false }: SnapshotRequest): Promise<Snapshot> {
    const found = deep ? await this.#findAll(KINDS) : [{}, {}];
    found.push(...(await this.#findAll(["Promise.prototype"])));
    const { snapshot, awaits } = await this.#call<{ awaits: Awaits }>(
      awaitsFunction({ limit }, LOOK_PATIENCE),
      found,
      true,
    );
    return withAwaits(snapshot, awaits);
  }

  /** Calls a function over there that returns JSON, with a snapshot in it. */
  async #call<T>(
    functionDeclaration: string,
    found: readonly { objectId?: string }[],
    awaitPromise: boolean,
  ): Promise<T & { snapshot: Snapshot }> {
    const target = (await this.#evaluateRemote("globalThis")).objectId as string;
    const { result, exceptionDetails } = await this.#connection.call<Remote>("Runtime.callFunctionOn", {
      functionDeclaration,
      objectId: target,
      arguments: found,
      returnByValue: true,
      awaitPromise,
    });
    if (exceptionDetails !== undefined) throw wentWrong(exceptionDetails);
    await this.#connection.call("Runtime.releaseObjectGroup", { objectGroup: "heddle" });
    const answer = JSON.parse(String(result.value)) as T & { snapshot: Snapshot | null };
    const { snapshot } = answer;
    if (snapshot === null || snapshot.version !== WIRE_VERSION) throw noHeddle(this.pid);
    return { ...answer, snapshot };
  }

  /** All objects with these prototypes in the process: arrays over there, of which we have the handles. */
  async #findAll(prototypes: readonly string[]): Promise<{ objectId?: string }[]> {
    const found: { objectId?: string }[] = [];
    for (const prototype of prototypes) {
      const { objectId } = await this.#evaluateRemote(prototype);
      if (objectId === undefined) {
        found.push({});
        continue;
      }
      const { objects } = await this.#connection.call<{ objects: { objectId: string } }>("Runtime.queryObjects", {
        prototypeObjectId: objectId,
        objectGroup: "heddle",
      });
      found.push({ objectId: objects.objectId });
    }
    return found;
  }

  async #evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#connection.call<Remote>("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw wentWrong(exceptionDetails);
    return result.value;
  }

  async #evaluateRemote(expression: string): Promise<{ objectId?: string }> {
    const { result } = await this.#connection.call<Remote>("Runtime.evaluate", { expression, objectGroup: "heddle" });
    return result;
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
  const { url, opened } = await openInspector(pid);
  const connection = await Connection.open(url);
  return new Attachment(pid, connection, opened);
}

function noHeddle(pid: number): CannotAttachError {
  return new CannotAttachError(
    "no Heddle",
    `Cannot look at process ${pid} as it does not use Heddle, or has it in its worker threads only`,
  );
}

function wentWrong({ text, exception }: NonNullable<Remote["exceptionDetails"]>): ProtocolError {
  return new ProtocolError(
    `Cannot look at the process as a question failed there: received ${exception?.description ?? text}`,
  );
}
