import { getEventListeners } from "node:events";
import type { TaskGroup } from "heddle";
import {
  allTasks,
  cancellable,
  cancelScope,
  checkpoint,
  createTask,
  currentTask,
  gather,
  isCancelled,
  mapConcurrent,
  moveOnAfter,
  now,
  Queue,
  Semaphore,
  shield,
  sleep,
  taskGroup,
  timeout,
  withSignal,
} from "heddle";
import { currentScope, onCancel } from "heddle/lowlevel";
import { VirtualClock } from "heddle/testing";
import { RandomChooser } from "../../src/testing/chooser.js";
import { ExploreClock } from "../../src/testing/exploreClock.js";
import { runOn } from "../../src/testing/virtualTime.js";
import type { Bustle } from "./bustle.js";

/** So much later everything is cancelled: what waits for each other would do so for ever. */
const AT_MOST = 300;
const PERMITS = 3;

/** Performs a program and returns what was not as it always has to be; with a seed, in a random order of all that is ready. */
export async function violationsOf(program: Bustle, seed?: number): Promise<readonly string[]> {
  const performance = new Performance();
  const clock = seed === undefined ? new VirtualClock() : new ExploreClock(new RandomChooser(seed), () => {});
  await runOn(clock, () => performance.main(program, clock), {
    onError: (error) => performance.deliver(error, "onError"),
  });
  performance.checkErrors();
  return performance.violations;
}

class Performance {
  readonly violations: string[] = [];
  readonly #thrown = new Set<string>();
  readonly #delivered = new Map<string, string>();
  readonly #targets: { cancel(): unknown }[] = [];
  readonly #controller = new AbortController();
  readonly #semaphore = new Semaphore(PERMITS, { max: PERMITS });
  readonly #queues = [new Queue<number>(1), new Queue<number>(2)];
  readonly #put = [new Set<number>(), new Set<number>()];
  readonly #got = [new Set<number>(), new Set<number>()];
  #held = 0;
  #items = 0;

  async main(program: Bustle, clock: VirtualClock): Promise<void> {
    const main = currentTask();
    try {
      await cancelScope(() => this.#work(program, null), { timeout: AT_MOST });
    } catch (error) {
      this.deliver(error, "main");
    }
    const others = (): ReturnType<typeof allTasks> => allTasks().filter((task) => task !== main);
    // One that is stopped may start another one.
    for (let [task] = others(); task !== undefined; [task] = others()) await this.#stop(task);
    // What stands for calls of the platform goes on when nobody waits for it any more.
    await sleep(10);
    this.#check("timers", clock.pending, 0);
    this.#check("scopes", [...currentScope().children].length, 0);
    this.#check("waiters", [...currentScope().inside].length, 0);
    this.#check("listeners", getEventListeners(this.#controller.signal, "abort").length, 0);
    this.#check("permits", JSON.stringify(this.#semaphore.stats()), `{"available":3,"waiting":0,"max":3}`);
    for (const [i, queue] of this.#queues.entries()) this.#checkQueue(i, queue);
  }

  async #stop(task: ReturnType<typeof createTask>): Promise<void> {
    await task.cancelAndWait().catch((error) => this.deliver(error, "cancelAndWait"));
  }

  #checkQueue(i: number, queue: Queue<number>): void {
    const { getting, putting } = queue.stats();
    this.#check("getters and putters", getting + putting, 0);
    const left: number[] = [];
    while (queue.size > 0) left.push(queue.getNowait());
    const out = [...(this.#got[i] as Set<number>), ...left].sort((a, b) => a - b);
    const into = [...(this.#put[i] as Set<number>)].sort((a, b) => a - b);
    this.#check("items", JSON.stringify(out), JSON.stringify(into));
  }

  /** Every error has to be told to somebody, once. */
  checkErrors(): void {
    for (const label of this.#thrown)
      if (!this.#delivered.has(label)) this.violations.push(`${label} was told to nobody`);
  }

  deliver(error: unknown, to: string): void {
    if (isCancelled(error)) return;
    if (error instanceof AggregateError) {
      for (const each of error.errors) this.deliver(each, to);
      return;
    }
    const label = (error as Error).message;
    if (!this.#thrown.has(label)) {
      if (!/^(Timed out|Cannot start task)/.test(label)) this.violations.push(`unexpected: ${(error as Error).stack}`);
      return;
    }
    const before = this.#delivered.get(label);
    if (before !== undefined) this.violations.push(`${label} was told to ${before} and to ${to}`);
    this.#delivered.set(label, to);
  }

  #fail(): never {
    const label = `failure ${this.#thrown.size}`;
    this.#thrown.add(label);
    throw new Error(label);
  }

  #check(what: string, is: unknown, shouldBe: unknown): void {
    if (is !== shouldBe) this.violations.push(`${what}: ${String(is)} in place of ${String(shouldBe)}`);
  }

  /** A wait of any kind, watched: in a cancelled scope it throws, and once that is cancelled it is over at that moment. */
  async #wait<T>(what: string, wait: () => Promise<T>): Promise<T> {
    const before = currentScope().effective;
    let cancelledAt = Infinity;
    using _watch = onCancel(() => {
      cancelledAt = now();
    });
    try {
      const value = await wait();
      if (before !== null) this.violations.push(`${what} did not throw in a cancelled scope`);
      if (now() > cancelledAt) this.violations.push(`${what} went on waiting after it was cancelled`);
      return value;
    } catch (error) {
      if (isCancelled(error) && now() > cancelledAt) this.violations.push(`${what} threw late`);
      throw error;
    }
  }

  async #work(work: Bustle, group: TaskGroup | null): Promise<unknown> {
    switch (work.do) {
      case "sleep":
        return this.#wait("sleep", () => sleep(work.ms));
      case "checkpoint":
        return this.#wait("checkpoint", () => checkpoint());
      case "fail":
        await this.#wait("sleep", () => sleep(work.ms));
        return this.#fail();
      case "cancel":
        await this.#wait("sleep", () => sleep(work.ms));
        return this.#targets[work.which % (this.#targets.length || 1)]?.cancel();
      case "abort":
        return this.#controller.abort();
      case "platformCall":
        return this.#wait("withSignal", () => withSignal((signal) => platformCall(work.ms, signal)));
      case "foreignPromise":
        return this.#wait("cancellable", () => cancellable(shield(() => sleep(work.ms))));
      case "put":
        return moveOnAfter(work.ms, () => this.#putItem(work.queue));
      case "get":
        return moveOnAfter(work.ms, () => this.#getItem(work.queue));
      case "seq":
        for (const part of work.parts) await this.#work(part, group);
        return;
      case "cancelScope":
      case "timeout":
      case "moveOnAfter":
      case "shield":
        return this.#scope(work, group);
      case "followSignal":
        return cancelScope(() => this.#work(work.body, group), { signal: this.#controller.signal });
      case "swallow":
        return this.#work(work.body, group).catch((error) => {
          if (!isCancelled(error)) throw error;
        });
      case "rescue":
        return this.#work(work.body, group).catch((error) => {
          if (isCancelled(error)) throw error;
          this.deliver(error, "rescue");
        });
      case "background":
        this.#targets.push(createTask(() => this.#work(work.body, null)));
        return;
      case "finally":
        return this.#finally(work, group);
      case "permit":
        return this.#withPermits(work.count, () => this.#work(work.body, group));
      case "start":
        return group?.state === "finished" ? undefined : this.#start(work, group);
      case "group":
        return this.#group(work);
      case "gather":
        return this.#gather(work);
      case "map":
        return this.#map(work);
    }
  }

  #scope(work: Bustle & { body: Bustle; ms: number }, group: TaskGroup | null): Promise<unknown> {
    const body = (scope: { cancel(): unknown }): Promise<unknown> => {
      this.#targets.push(scope);
      return this.#work(work.body, group);
    };
    if (work.do === "timeout") return timeout(work.ms, body);
    if (work.do === "moveOnAfter") return moveOnAfter(work.ms, body);
    if (work.do === "shield") return shield(body, { timeout: 20 + work.ms });
    return cancelScope(body);
  }

  async #finally(work: Bustle & { do: "finally" }, group: TaskGroup | null): Promise<void> {
    try {
      await this.#work(work.body, group);
    } catch (error) {
      await shield(() => sleep(work.ms));
      // As in any language: the error of the clean-up takes the place of the first.
      if (work.fails) this.deliver(error, "finally");
      else throw error;
    }
    if (work.fails) this.#fail();
  }

  async #putItem(i: number): Promise<void> {
    const item = this.#items++;
    await this.#wait("put", () => (this.#queues[i] as Queue<number>).put(item));
    this.#put[i]?.add(item);
  }

  async #getItem(i: number): Promise<void> {
    const item = await this.#wait("get", () => (this.#queues[i] as Queue<number>).get());
    if (this.#got[i]?.has(item)) this.violations.push(`item ${item} was got twice`);
    this.#got[i]?.add(item);
  }

  async #withPermits(count: number, work: () => Promise<unknown>): Promise<unknown> {
    using _permit = await this.#wait("acquire", () => this.#semaphore.acquire(count));
    this.#held += count;
    if (this.#held > PERMITS) this.violations.push(`${this.#held} permits were held`);
    try {
      return await work();
    } finally {
      this.#held -= count;
    }
  }

  async #start(work: Bustle & { do: "start" }, group: TaskGroup | null): Promise<void> {
    if (group === null) return;
    await group.start<number>(async (ready) => {
      await this.#work(work.before, group);
      if (work.isReady) ready(1);
      await this.#work(work.after, group);
    });
  }

  async #group(work: Bustle & { do: "group" }): Promise<void> {
    const { limit, onFailure } = work;
    const tasks: ReturnType<typeof createTask>[] = [];
    try {
      await taskGroup(
        async (group) => {
          this.#targets.push(group);
          for (const child of work.children) tasks.push(group.createTask(() => this.#work(child, group)));
          this.#targets.push(...tasks);
          await this.#work(work.body, group);
        },
        { limit, onFailure },
      );
    } finally {
      for (const task of tasks) if (!task.done) this.violations.push(`a task outlived its group, ${task.state}`);
    }
  }

  async #gather(work: Bustle & { do: "gather" }): Promise<void> {
    const { limit, settle } = work;
    let running = 0;
    const jobs = work.children.map((child) => async () => {
      this.#targets.push(currentTask() as { cancel(): unknown });
      running++;
      try {
        await this.#work(child, null);
      } catch (error) {
        // An outcome, which is dropped with the others when the call is cancelled.
        if (settle) this.deliver(error, "settle");
        throw error;
      } finally {
        running--;
      }
    });
    try {
      if (settle) await gather(jobs, { limit, settle });
      else await gather(jobs, { limit });
    } finally {
      this.#check("children of gather", running, 0);
    }
  }

  async #map(work: Bustle & { do: "map" }): Promise<void> {
    const { items, limit, ordered, take } = work;
    let running = 0;
    const call = async (item: Bustle): Promise<void> => {
      running++;
      this.#check("calls of map", running <= limit, true);
      try {
        await this.#work(item, null);
      } finally {
        running--;
      }
    };
    const results = mapConcurrent(items, call, { limit, ordered });
    try {
      if (take === 0) return void (await results.toArray());
      let taken = 0;
      for await (const _ of results) if (++taken === take) break;
    } finally {
      this.#check("calls of map after its end", running, 0);
    }
  }
}

/** What a call of the platform does: it ends after some time, or at the abort, with an error of its own. */
function platformCall(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new DOMException("Aborted", "AbortError"));
    signal.addEventListener("abort", onAbort, { once: true });
    void shield(() => sleep(ms)).then(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
  });
}
