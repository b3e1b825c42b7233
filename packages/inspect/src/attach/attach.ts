import { moveOnAfter, shield, sleep } from "heddle";
import type { Awaits, Snapshot } from "heddle/watch";
import { WIRE_VERSION, withAwaits } from "heddle/watch";
import { CannotAttachError, ProtocolError } from "../errors.js";
import { Connection } from "./connection.js";
import { openInspector } from "./inspectorPort.js";
import type { Interrupted } from "./probeSource.js";
import { awaitsFunction, cancelExpression, snapshotFunction, turnExpression } from "./probeSource.js";
import { checkTarget } from "./target.js";

export interface SnapshotRequest {
  /** At most so many tasks are listed. Default 20,000. */
  limit?: number;
  /**
   * Whether to look for the lines in which tasks sit, for all primitives, and for who has the permits of semaphores, nothing
   * of which is noted beforehand. The other process collects its garbage for that, which may take it a tenth of a second, or
   * much more where its heap is large: `"cheap"` looks unless that has more than a quarter of a gigabyte. Default false.
   */
  deep?: boolean | "cheap";
}

/** A job that has kept the event loop for this long, in milliseconds, blocks it. */
const BLOCKED_AFTER = 250;
const TURNED = "heddle/turned";
/** A heap whose garbage is collected in some tens of milliseconds, in bytes. */
const CHEAP_HEAP = 256 * 1024 * 1024;
/** For how long at most the other process looks for lines, in milliseconds. */
const LOOK_PATIENCE = 250;
/** How long we wait for all that, in milliseconds: a program that gives nobody a turn does not look. */
const DEEP_PATIENCE = 10_000;
/** The prototypes of what a deep look wants to know all of. */
const PROTOTYPES = [
  'globalThis[Symbol.for("heddle/watch@1")]?.kinds.WaitList',
  'globalThis[Symbol.for("heddle/watch@1")]?.kinds.Permit',
  "Promise.prototype",
];

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
    const { deep = false } = request;
    await this.#evaluate(turnExpression(TURNED));
    const { snapshot, interrupted } = await this.#ask(request);
    if (interrupted.frames.length > 0) {
      await sleep(BLOCKED_AFTER);
      if ((await this.#evaluate(`globalThis[Symbol.for("${TURNED}")]`)) !== true) return this.#blocked(request);
    }
    const { heap = 0 } = snapshot;
    const { frames, task: running } = interrupted;
    const first = frames.length === 0 || running === undefined ? snapshot : { ...snapshot, running };
    if (deep === false || (deep === "cheap" && heap > CHEAP_HEAP)) return first;
    return (await moveOnAfter(DEEP_PATIENCE, () => this.#askDeep(request))) ?? first;
  }

  async #blocked(request: SnapshotRequest): Promise<Snapshot> {
    const { snapshot, interrupted } = await this.#ask(request);
    return interrupted.frames.length === 0 ? snapshot : { ...snapshot, blocked: interrupted };
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

  async #ask({ limit = 20_000 }: SnapshotRequest): Promise<{ snapshot: Snapshot; interrupted: Interrupted }> {
    return this.#call(snapshotFunction({ limit }), [], false);
  }

  async #askDeep({ limit = 20_000 }: SnapshotRequest): Promise<Snapshot> {
    const source = awaitsFunction({ limit }, LOOK_PATIENCE);
    const { snapshot, awaits } = await this.#call<{ awaits: Awaits }>(source, await this.#findAll(PROTOTYPES), true);
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
