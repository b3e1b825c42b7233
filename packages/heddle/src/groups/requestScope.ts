import { checkFunction } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { Place } from "../ground/place.js";
import { currentScope } from "../task/current.js";
import { throwNoticed } from "../task/noticed.js";
import { Nursery } from "../task/nursery.js";
import { Scope } from "../task/scope.js";
import type { Task, TaskOwner } from "../task/task.js";
import { reportUnheard, reportUnlessHeard } from "../task/unheard.js";
import { callOwned } from "./ownedTask.js";

/** What is needed of a request: `node:http`'s has it, and those of the frameworks that stand on it. */
export interface RequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** What is needed of a response: it tells when all of it was sent, and when its connection was closed. */
export interface ResponseLike {
  readonly destroyed?: boolean;
  on(event: "finish" | "close", listener: () => void): unknown;
  off(event: "finish" | "close", listener: () => void): unknown;
}

/**
 * Handles one request of a `node:http`-shaped server in a scope of its own. When the client disconnects before it has got
 * the whole response, everything that works for the request is cancelled, the tasks that were created with `createTask()`
 * in it included: they belong to the request, not to the run.
 *
 *     createServer((req, res) => {
 *       requestScope(req, res, handle).catch((error) => fail(res, error));
 *     });
 *
 * Returns the handler's result when the handler and all tasks of the request have ended; undefined when the client's leaving
 * has ended the handler. When the handler fails the tasks are cancelled. The run will not end before the request has.
 *
 * If cancelled: the whole request is, and when it has ended it throws `CancelledError`. The response is left as it is.
 *
 * @throws what the handler throws. Errors of its tasks go to the run's `onError`.
 */
export async function requestScope<Req extends RequestLike, Res extends ResponseLike, T>(
  req: Req,
  res: Res,
  handler: (req: Req, res: Res) => T | PromiseLike<T>,
): Promise<T | undefined> {
  const doing = "handle a request";
  checkFunction(doing, handler, "requestScope(req, res, (req, res) => handle(req, res))");
  if (typeof res?.on !== "function" || typeof res.off !== "function") {
    throw new InvalidArgumentError(`Cannot ${doing} as a response of node:http is needed: received ${describe(res)}`);
  }
  const owner = currentScope().runtime.background as TaskOwner;
  const name = `${req?.method ?? "request"} ${req?.url ?? ""}`.trimEnd();
  const place = new Place(requestScope);
  return callOwned(owner, () => new RequestRun(res, name).run(() => handler(req, res)), { name, place });
}

/** A run in small: the tasks that are created in it are its own. But it waits for them in place of cancelling them. */
class RequestRun {
  readonly #res: ResponseLike;
  readonly #scope: Scope;
  readonly #nursery: Nursery;
  readonly #name: string;
  #handling: Task<unknown> | null = null;

  constructor(res: ResponseLike, name: string) {
    const around = currentScope();
    this.#res = res;
    this.#name = name;
    const runtime = { ...around.runtime };
    this.#scope = new Scope(around, runtime, around.task);
    this.#scope.name = "request";
    this.#nursery = new Nursery(this.#scope, (task, awaited) => this.#taskEnded(task, awaited));
    runtime.background = this.#nursery;
  }

  async run<T>(handler: () => T | PromiseLike<T>): Promise<T | undefined> {
    const scope = this.#scope;
    const stopWatching = this.#watchClient();
    const handling = this.#nursery.spawn(handler, this.#name);
    this.#handling = handling as Task<unknown>;
    await this.#nursery.join();
    reportUnheard();
    stopWatching();
    const outer = scope.cancelFromOutside;
    scope.close();
    if (handling.state === "succeeded") return handling.result;
    if (handling.state === "failed" || handling.error !== scope.ownCancel) throw handling.error;
    // The client has left. When the run has ended since, that is what the caller has to hear of.
    if (outer !== null) throwNoticed(outer);
    return undefined;
  }

  /** A response is closed at its end, too; that is no disconnection when all of it had been sent. */
  #watchClient(): () => void {
    const res = this.#res;
    let sent = false;
    const finished = (): void => {
      sent = true;
    };
    const closed = (): void => {
      if (!sent) this.#scope.cancel("the client has disconnected");
    };
    res.on("finish", finished);
    res.on("close", closed);
    if (res.destroyed === true) closed();
    return () => {
      res.off("finish", finished);
      res.off("close", closed);
    };
  }

  #taskEnded(task: Task<unknown>, awaited: boolean): void {
    if (task === this.#handling) {
      if (task.state === "failed") this.#scope.cancel("the handler has failed");
    } else if (task.state === "failed" && !awaited) reportUnlessHeard(task);
  }
}
