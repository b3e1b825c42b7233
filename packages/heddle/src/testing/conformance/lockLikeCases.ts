import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { gather } from "../../groups/gather.js";
import { moveOnAfter } from "../../groups/moveOnAfter.js";
import { sleep } from "../../primitives/sleep.js";
import { createTask } from "../../task/createTask.js";
import type { Task } from "../../task/task.js";
import { assertCheckpoints } from "../assertCheckpoints.js";
import { RandomChooser } from "../chooser.js";
import { settle } from "../settle.js";
import type { ConformanceCase } from "./case.js";
import { virtualCase } from "./case.js";
import type { LockLike } from "./lockLike.js";
import { LockWalk, randomTurns } from "./lockWalk.js";

/** What everything that lets one task in at a time promises: first come, first served, whoever is cancelled. */
export function lockLikeCases(make: () => LockLike): ConformanceCase[] {
  return [
    virtualCase("lets one in at a time", async () => {
      const lock = make();
      let inside = 0;
      const visit = async (): Promise<void> => {
        const guard = await lock.acquire();
        equal(++inside, 1, "somebody was in already");
        await sleep(1);
        inside--;
        guard[Symbol.dispose]();
      };
      await gather(visit, visit, visit, visit);
    }),

    virtualCase("serves those who wait in the order in which they came", async () => {
      const { guard, queue, order } = await contended(make, 5);
      guard[Symbol.dispose]();
      await gather(queue);
      deepEqual(order, [0, 1, 2, 3, 4]);
    }),

    virtualCase("hands itself on: nobody gets in between a release and the first in line", async () => {
      const { lock, guard, queue, order } = await contended(make, 2);
      guard[Symbol.dispose]();
      equal(lock.tryAcquire(), undefined, "tryAcquire() took what had been handed on");
      const late = createTask(() => visitor(lock, order, 99));
      await gather([...queue, late]);
      deepEqual(order, [0, 1, 99]);
    }),

    virtualCase("sends one who comes back to the end of the line", async () => {
      const lock = make();
      const order: string[] = [];
      const rounds = (name: string) => async (): Promise<void> => {
        for (let round = 0; round < 3; round++) {
          const guard = await lock.acquire();
          order.push(name);
          await sleep(1);
          guard[Symbol.dispose]();
        }
      };
      await gather(rounds("a"), rounds("b"), rounds("c"));
      equal(order.join(""), "abcabcabc");
    }),

    virtualCase("serves the next one when the first in line is cancelled", async () => {
      const { lock, guard, queue, order } = await contended(make, 3);
      queue[0]?.cancel();
      await settle();
      equal(lock.waiting(), 2);
      guard[Symbol.dispose]();
      await gather(queue.slice(1));
      deepEqual(order, [1, 2]);
    }),

    virtualCase("keeps the order of the others when some in the middle leave", async () => {
      const { guard, queue, order } = await contended(make, 100);
      for (const [i, task] of queue.entries()) if (i % 3 !== 0) task.cancel();
      guard[Symbol.dispose]();
      await gather(queue.filter((_, i) => i % 3 === 0));
      deepEqual(
        order,
        [...queue.keys()].filter((i) => i % 3 === 0),
      );
    }),

    virtualCase("does not take back what was handed over when a cancellation comes later", async () => {
      const { lock, guard, queue, order } = await contended(make, 2);
      guard[Symbol.dispose]();
      queue[0]?.cancel();
      await settle();
      deepEqual(order, [0, 1], "the first in line had it, and has to get it");
      equal(lock.waiting(), 0);
    }),

    virtualCase("refuses those who are cancelled already, also when it is free, and gives them nothing", async () => {
      const lock = make();
      await assertCheckpoints(() => lock.acquire());
      const guard = lock.tryAcquire();
      equal(guard === undefined, false, "it was left taken");
      guard?.[Symbol.dispose]();
    }),

    virtualCase("lets in without waiting exactly when nobody is in", async () => {
      const lock = make();
      const guard = lock.tryAcquire();
      equal(guard === undefined, false);
      await createTask(() => equal(lock.tryAcquire(), undefined));
      guard?.[Symbol.dispose]();
      (await lock.acquire())[Symbol.dispose]();
    }),

    virtualCase("is released once, however often its guard is disposed of", async () => {
      const { lock, guard, queue, order } = await contended(make, 2, Infinity);
      guard[Symbol.dispose]();
      guard[Symbol.dispose]();
      await settle();
      deepEqual(order, [0]);
      equal(lock.waiting(), 1);
      for (const task of queue) task.cancel();
    }),

    virtualCase("leaves no timer and no place in the line behind when a timeout ends the wait", async (clock) => {
      const { lock, guard } = await contended(make, 0);
      const task = createTask(() => moveOnAfter(5, () => lock.acquire()));
      equal(await task, undefined);
      equal(lock.waiting(), 0);
      equal(clock.pending, 0);
      guard[Symbol.dispose]();
      lock.tryAcquire()?.[Symbol.dispose]();
    }),

    virtualCase("does as the model does, whatever happens in whatever order", async (clock) => {
      const random = new RandomChooser(1);
      for (let i = 0; i < 20; i++) await new LockWalk(make()).run(randomTurns(() => random.next()));
      equal(clock.pending, 0);
    }),
  ];
}

interface Contended {
  lock: LockLike;
  /** What the caller holds. */
  guard: Disposable;
  /** The tasks in line. Each notes its number in `order` when it is in. */
  queue: Task<void>[];
  order: number[];
}

/** A lock that is taken, and `n` tasks in line for it. */
async function contended(make: () => LockLike, n: number, stay: number = 0): Promise<Contended> {
  const lock = make();
  const order: number[] = [];
  const guard = await lock.acquire();
  const queue: Task<void>[] = [];
  for (let i = 0; i < n; i++) queue.push(createTask(() => visitor(lock, order, i, stay)));
  await settle();
  equal(lock.waiting(), n);
  return { lock, guard, queue, order };
}

async function visitor(lock: LockLike, order: number[], name: number, stay: number = 0): Promise<void> {
  const guard = await lock.acquire();
  order.push(name);
  try {
    await sleep(stay);
  } finally {
    guard[Symbol.dispose]();
  }
}
