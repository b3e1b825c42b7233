import { moveOnAfter, sleep } from "heddle";
import type { Awaits, Snapshot } from "heddle/watch";
import { CHEAP_HEAP, WIRE_VERSION, withAwaits } from "heddle/watch";
import { ProtocolError } from "../errors.js";
import type { Interrupted } from "./probeSource.js";
import { awaitsFunction, snapshotFunction, turnExpression } from "./probeSource.js";

export interface SnapshotRequest {
  /** At most so many tasks are listed. Default 20,000. */
  limit?: number;
  /**
   * Whether to look for the lines in which tasks sit, for all primitives, and for who has the permits of semaphores, nothing
   * of which is noted beforehand. The other process collects its garbage for that, for about 30 ms per megabyte of its heap:
   * `"cheap"` looks for the lines only, and only in a heap of up to 32 MB. Default false.
   */
  deep?: boolean | "cheap";
  /** Whether to look into its worker threads as well. Default false. */
  workers?: boolean;
}

/** Whoever takes calls of the inspector's protocol: that of a process, or of one of its threads. */
export interface Inspector {
  /**
   * @param patience for how long to wait for the answer, in milliseconds; some seconds if left out
   *
   * If cancelled: the call may have been made; its result is dropped.
   */
  call<T>(method: string, params?: object, patience?: number): Promise<T>;
}

/** A job that has kept the event loop for this long, in milliseconds, blocks it. */
const BLOCKED_AFTER = 250;
/** So often a blocked program is asked what it runs before that remains unknown. */
const MOST_QUESTIONS = 20;
const TURNED = "heddle/turned";
/** How long we wait for a deep look, in milliseconds: a program that gives nobody a turn does not look. */
const DEEP_PATIENCE = 60_000;
/** For how long at most tasks are looked for in jobs of the other side's, in milliseconds. */
const LOOK_PATIENCE = { cheap: 250, deep: 3000 };
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

/** A thread that is looked into, with an event loop and, it may be, a Heddle of its own. */
export class Thread {
  readonly #inspector: Inspector;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  /**
   * All that is under way there; null where there is no Heddle, or one that speaks another language. A thread that is caught in
   * a job which does not end within a quarter of a second is blocked: the snapshot tells by what.
   *
   * If cancelled: throws; the thread is as it was.
   */
  async snapshot(request: SnapshotRequest): Promise<Snapshot | null> {
    const asked = performance.now();
    await this.evaluate(turnExpression(TURNED));
    const answeredAfter = Math.round(performance.now() - asked);
    const snapshot = await this.#look(request);
    return snapshot === null ? null : { ...snapshot, answeredAfter };
  }

  async #look(request: SnapshotRequest): Promise<Snapshot | null> {
    const { deep = false } = request;
    const { snapshot, interrupted } = await this.#ask(request);
    if (snapshot === null) return null;
    const { frames, task: running } = interrupted;
    if (frames.length > 0 || !(await this.#hasTurned())) {
      await sleep(BLOCKED_AFTER);
      if (!(await this.#hasTurned())) return this.#blocked(request);
    }
    const { heap = 0 } = snapshot;
    const first = frames.length === 0 || running === undefined ? snapshot : { ...snapshot, running };
    if (deep === false || (deep === "cheap" && heap > CHEAP_HEAP)) return first;
    // The promises of waits that begin while all others are looked for are not among them: these note their lines.
    await this.evaluate(`${expectPause(true)}; ${setDebug(true)}`);
    try {
      return (await moveOnAfter(DEEP_PATIENCE, () => this.#askDeep(request, first.debug))) ?? first;
    } finally {
      await this.evaluate(`${expectPause(false)}; ${setDebug(first.debug)}`);
    }
  }

  /** If cancelled: it may have been evaluated. @throws ProtocolError when the expression throws */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#inspector.call<Remote>("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw wentWrong(exceptionDetails);
    return result.value;
  }

  async #hasTurned(): Promise<boolean> {
    return (await this.evaluate(`globalThis[Symbol.for("${TURNED}")]`)) === true;
  }

  /** A question may come in where only the platform's own code runs, between two jobs of an endless row of them. */
  async #blocked(request: SnapshotRequest): Promise<Snapshot | null> {
    let { snapshot, interrupted } = await this.#ask(request);
    for (let asked = 1; interrupted.frames.length === 0 && asked < MOST_QUESTIONS; asked++) {
      await sleep(asked);
      ({ interrupted } = await this.#ask({ limit: 1 }));
    }
    return snapshot === null ? null : { ...snapshot, blocked: interrupted };
  }

  async #ask({ limit = 20_000 }: SnapshotRequest): Promise<{ snapshot: Snapshot | null; interrupted: Interrupted }> {
    return this.#call(snapshotFunction({ limit }), []);
  }

  async #askDeep({ limit = 20_000, deep }: SnapshotRequest, debug: boolean): Promise<Snapshot | null> {
    const patience = deep === "cheap" ? LOOK_PATIENCE.cheap : LOOK_PATIENCE.deep;
    const source = awaitsFunction({ limit, patience, before: setDebug(debug) });
    const found = await this.#findAll(deep === "cheap" ? [null, null, "Promise.prototype"] : PROTOTYPES);
    const { snapshot, awaits } = await this.#call<{ awaits: Awaits }>(source, found);
    return snapshot === null ? null : withAwaits(snapshot, awaits);
  }

  /** Calls a function over there that returns JSON, with a snapshot in it. */
  async #call<T>(
    functionDeclaration: string,
    found: readonly { objectId?: string }[],
  ): Promise<T & { snapshot: Snapshot | null }> {
    const target = (await this.#evaluateRemote("globalThis")).objectId as string;
    const { result, exceptionDetails } = await this.#inspector.call<Remote>("Runtime.callFunctionOn", {
      functionDeclaration,
      objectId: target,
      arguments: found,
      returnByValue: true,
      awaitPromise: found.length > 0,
    });
    if (exceptionDetails !== undefined) throw wentWrong(exceptionDetails);
    await this.#inspector.call("Runtime.releaseObjectGroup", { objectGroup: "heddle" });
    const answer = JSON.parse(String(result.value)) as T & { snapshot: Snapshot | null };
    return answer.snapshot?.version === WIRE_VERSION ? answer : { ...answer, snapshot: null };
  }

  /** All objects with these prototypes in the thread: arrays over there, of which we have the handles. */
  async #findAll(prototypes: readonly (string | null)[]): Promise<{ objectId?: string }[]> {
    const found: { objectId?: string }[] = [];
    for (const prototype of prototypes) {
      const { objectId } = prototype === null ? {} : await this.#evaluateRemote(prototype);
      if (objectId === undefined) {
        found.push({});
        continue;
      }
      const { objects } = await this.#inspector.call<{ objects: { objectId: string } }>(
        "Runtime.queryObjects",
        { prototypeObjectId: objectId, objectGroup: "heddle" },
        DEEP_PATIENCE,
      );
      found.push({ objectId: objects.objectId });
    }
    return found;
  }

  async #evaluateRemote(expression: string): Promise<{ objectId?: string }> {
    const { result } = await this.#inspector.call<Remote>("Runtime.evaluate", { expression, objectGroup: "heddle" });
    return result;
  }
}

/** For the program's own watchdog, if it has one. */
function expectPause(expected: boolean): string {
  return `globalThis[Symbol.for("heddle/watch@1")]?.expectPause?.(${expected})`;
}

/** Switches debug mode there, in which the places of tasks and waits are noted. */
export function setDebug(on: boolean): string {
  return `globalThis[Symbol.for("heddle/watch@1")]?.setDebug?.(${on})`;
}

function wentWrong({ text, exception }: NonNullable<Remote["exceptionDetails"]>): ProtocolError {
  return new ProtocolError(
    `Cannot look at the process as a question failed there: received ${exception?.description ?? text}`,
  );
}
