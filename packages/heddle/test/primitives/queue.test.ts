import { inspect } from "node:util";
import type { Task } from "heddle";
import {
  cancelScope,
  createTask,
  gather,
  InvalidArgumentError,
  moveOnAfter,
  now,
  Queue,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  sleep,
  taskGroup,
} from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorAtOnce, errorOf } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

/** Starts a task for each function, one after the other, and lets them go as far as they can. */
async function started<T>(...fns: (() => Promise<T>)[]): Promise<Task<T>[]> {
  const tasks = fns.map((fn) => createTask(fn));
  await settle();
  return tasks;
}

describe("put and get", () => {
  it("gives items out in the order in which they came", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      for (let i = 0; i < 50; i++) await queue.put(i);
      expect([queue.size, queue.isEmpty, queue.isFull]).toEqual([50, false, false]);
      for (let i = 0; i < 50; i++) expect(await queue.get()).toBe(i);
      expect(queue.isEmpty).toBe(true);
    }));

  it("makes get() wait for an item, and serves those who wait in their order", () =>
    virtualTime(async () => {
      const queue = new Queue<string>();
      const log = timeline();
      const getters = await started(...["a", "b", "c"].map((name) => async () => log(`${name} ${await queue.get()}`)));
      await sleep(5);
      for (const item of ["1", "2", "3"]) queue.putNowait(item);
      await gather(getters);
      expect(log.lines).toEqual(["5 a 1", "5 b 2", "5 c 3"]);
    }));

  it("makes put() wait for room, and lets those who wait in in their order", () =>
    virtualTime(async () => {
      const queue = new Queue<string>(1);
      const log = timeline();
      queue.putNowait("first");
      await started(...["a", "b"].map((item) => () => queue.put(item).then(() => log(`${item} is in`))));
      expect(queue.stats()).toMatchObject({ size: 1, putting: 2 });
      await sleep(5);
      expect(await queue.get()).toBe("first");
      await sleep(5);
      expect([await queue.get(), await queue.get()]).toEqual(["a", "b"]);
      await settle();
      expect(log.lines).toEqual(["5 a is in", "10 b is in"]);
    }));

  it("hands an item to the one who waits, and nobody can take it in between", () =>
    virtualTime(async () => {
      const queue = new Queue<string>();
      const [getter] = await started(() => queue.get());
      queue.putNowait("item");
      expect([queue.size, queue.tryGet()]).toEqual([0, undefined]);
      expect(await getter).toBe("item");
    }));

  it("fills the room that an item leaves from those who wait, and nobody can take it in between", () =>
    virtualTime(async () => {
      const queue = new Queue<string>(1);
      queue.putNowait("first");
      await started(() => queue.put("second"));
      expect(queue.tryGet()).toBe("first");
      expect([queue.isFull, queue.tryPut("thief")]).toEqual([true, false]);
      expect(queue.tryGet()).toBe("second");
    }));

  it("takes every kind of item, undefined and promises too", () =>
    virtualTime(async () => {
      const queue = new Queue<unknown>();
      await queue.put(undefined);
      await queue.put(null);
      expect(queue.size).toBe(2);
      expect([await queue.get(), await queue.get()]).toEqual([undefined, null]);
    }));

  it("lets I/O in, in loops that never have to wait", async () => {
    const queue = new Queue<number>(1);
    let timer = false;
    setTimeout(() => {
      timer = true;
    }, 1);
    const start = now();
    while (!timer) {
      await queue.put(1);
      await queue.get();
      if (now() - start > 2000) throw new Error("starved");
    }
  });
});

describe("the calls that do not wait", () => {
  it("says with tryPut() whether there was room", () => {
    const queue = new Queue<number>(1);
    expect([queue.tryPut(1), queue.tryPut(2), queue.size]).toEqual([true, false, 1]);
  });

  it("gives undefined from tryGet() when there is nothing", () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    expect([queue.tryGet(), queue.tryGet()]).toEqual([1, undefined]);
  });

  it("throws from putNowait() when it is full, and from getNowait() when it is empty", () => {
    const queue = new Queue<number>(1);
    const empty = errorAtOnce(() => queue.getNowait());
    expect(empty).toBeInstanceOf(QueueEmptyError);
    expect(empty.message).toBe("Cannot get an item without waiting as the queue is empty");
    queue.putNowait(1);
    const full = errorAtOnce(() => queue.putNowait(2));
    expect(full).toBeInstanceOf(QueueFullError);
    expect(full.message).toBe("Cannot put an item without waiting as the queue holds 1 of 1");
    expect(queue.getNowait()).toBe(1);
  });
});

describe("a cancelled put() or get()", () => {
  it("leaves the line at once", () =>
    virtualTime(async () => {
      const queue = new Queue<number>(1);
      const [getter] = await started(() => queue.get());
      getter?.cancel();
      expect(queue.stats().getting).toBe(0);
      queue.putNowait(1);
      expect(queue.size).toBe(1);
      const [putter] = await started(() => queue.put(2));
      putter?.cancel();
      expect(queue.stats()).toMatchObject({ putting: 0, size: 1, unfinished: 1 });
      expect([queue.tryGet(), queue.tryGet()]).toEqual([1, undefined]);
    }));

  it("has not put its item, though there was room, in a scope that is cancelled already", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      await cancelScope(async (scope) => {
        scope.cancel();
        expect((await errorOf(() => queue.put(1))).name).toBe("CancelledError");
      });
      expect(queue.stats()).toMatchObject({ size: 0, unfinished: 0 });
    }));

  it("has not taken an item, though there was one, in a scope that is cancelled already", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      await cancelScope(async (scope) => {
        scope.cancel();
        expect((await errorOf(() => queue.get())).name).toBe("CancelledError");
      });
      expect(queue.size).toBe(1);
    }));

  it("gives the item to the next when the first one was cancelled in the same tick", () =>
    virtualTime(async () => {
      const queue = new Queue<string>();
      const [first, second] = await started(
        () => queue.get(),
        () => queue.get(),
      );
      first?.cancel();
      queue.putNowait("item");
      expect(await second).toBe("item");
    }));

  it("has put its item when the room was given to it before it was cancelled in the same tick", () =>
    virtualTime(async () => {
      const queue = new Queue<string>(1);
      queue.putNowait("first");
      const [putter] = await started(() => queue.put("second"));
      expect(queue.tryGet()).toBe("first");
      putter?.cancel();
      expect(queue.tryGet()).toBe("second");
      expect(putter?.state).not.toBe("cancelled");
      await putter;
    }));

  it("lets the next putter in when one in the middle gives up", () =>
    virtualTime(async () => {
      const queue = new Queue<number>(1);
      queue.putNowait(0);
      const putters = await started(...[1, 2, 3].map((item) => () => queue.put(item)));
      putters[1]?.cancel();
      expect([queue.tryGet(), queue.tryGet(), queue.tryGet(), queue.tryGet()]).toEqual([0, 1, 3, undefined]);
    }));
});

describe("taskDone and join", () => {
  it("makes join() wait until all that was put is done, not only got", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      const log = timeline();
      for (let i = 0; i < 3; i++) queue.putNowait(10);
      const worker = createTask(async () => {
        for await (const ms of queue) {
          await sleep(ms);
          queue.taskDone();
        }
      });
      await queue.join();
      log("joined");
      queue.shutdown();
      await worker;
      expect(log.lines).toEqual(["30 joined"]);
    }));

  it("lets join() return when there was nothing, and several at once", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      await queue.join();
      queue.putNowait(1);
      const joins = await started(
        () => queue.join(),
        () => queue.join(),
      );
      queue.tryGet();
      expect(joins.map(({ done }) => done)).toEqual([false, false]);
      queue.taskDone();
      await gather(joins);
    }));

  it("makes join() wait again for items that come later", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      queue.taskDone();
      await queue.join();
      queue.putNowait(2);
      expect(await moveOnAfter(10, () => queue.join().then(() => "joined"))).toBe(undefined);
    }));

  it("refuses to have more done than was put", () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    queue.taskDone();
    const error = errorAtOnce(() => queue.taskDone());
    expect(error.name).toBe("InvalidStateError");
    expect(error.message).toBe("Cannot report an item as done as all that were put are done already");
  });

  it("is left as it was by a join() that is cancelled", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      await cancelScope(() => queue.join(), { timeout: 5 });
      expect(queue.stats()).toMatchObject({ size: 1, unfinished: 1 });
    }));
});

describe("shutdown", () => {
  it("lets nothing more in, and gives out what is there", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      queue.shutdown();
      for (const put of [() => queue.put(2), () => queue.putNowait(2), () => queue.tryPut(2)]) {
        const error = await errorOf(put);
        expect(error).toBeInstanceOf(QueueShutDownError);
        expect(error.message).toBe("Cannot put an item as the queue was shut down");
      }
      expect(await queue.get()).toBe(1);
      for (const get of [() => queue.get(), () => queue.getNowait()]) {
        const error = await errorOf(get);
        expect(error).toBeInstanceOf(QueueShutDownError);
        expect(error.message).toBe("Cannot get an item as the queue was shut down");
      }
      expect(queue.tryGet()).toBe(undefined);
    }));

  it("fails those who wait in put(), and their items are not in the queue", () =>
    virtualTime(async () => {
      const queue = new Queue<number>(1);
      queue.putNowait(1);
      const [putter] = await started(() => queue.put(2));
      const failed = errorOf(() => putter);
      queue.shutdown();
      expect(await failed).toBeInstanceOf(QueueShutDownError);
      expect(queue.stats()).toMatchObject({ size: 1, unfinished: 1, putting: 0, state: "shut down" });
    }));

  it("fails those who wait in get()", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      const getters = (
        await started(
          () => queue.get(),
          () => queue.get(),
        )
      ).map((getter) => errorOf(() => getter));
      queue.shutdown();
      for (const getter of getters) expect(await getter).toBeInstanceOf(QueueShutDownError);
    }));

  it("drops what is there when it is immediate, and releases those who wait for it to be done", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      for (let i = 0; i < 3; i++) queue.putNowait(i);
      await queue.get();
      const [join] = await started(() => queue.join());
      queue.shutdown({ immediate: true });
      expect(queue.stats()).toMatchObject({ size: 0, unfinished: 1 });
      expect(join?.done).toBe(false);
      queue.taskDone();
      await join;
    }));

  it("can be made immediate afterwards, and called again", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      queue.shutdown();
      queue.shutdown();
      queue.shutdown({ immediate: true });
      queue.shutdown({ immediate: true });
      expect(queue.stats()).toMatchObject({ size: 0, unfinished: 0 });
      await queue.join();
    }));

  it("refuses unknown options and flags that are no flags", () => {
    const queue = new Queue<number>();
    expect(errorAtOnce(() => queue.shutdown({ now: true } as object)).message).toMatch(
      /^Cannot shut a queue down as the options are immediate: received "now"$/,
    );
    expect(errorAtOnce(() => queue.shutdown({ immediate: 1 } as object)).message).toMatch(
      /^Cannot shut a queue down as immediate must be true or false: received 1$/,
    );
    expect(queue.tryPut(1)).toBe(true);
  });
});

describe("for await", () => {
  it("takes items until the queue was shut down and is empty", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      const seen: number[] = [];
      const consumer = createTask(async () => {
        for await (const item of queue) seen.push(item);
      });
      for (let i = 0; i < 3; i++) {
        await sleep(5);
        queue.putNowait(i);
      }
      queue.putNowait(3);
      queue.shutdown();
      await consumer;
      expect(seen).toEqual([0, 1, 2, 3]);
    }));

  it("leaves the rest in the queue when the loop is left", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      for (let i = 0; i < 3; i++) queue.putNowait(i);
      for await (const item of queue) if (item === 1) break;
      expect(queue.size).toBe(1);
    }));

  it("shares the items between several loops, each once", () =>
    virtualTime(async () => {
      const queue = new Queue<number>(2);
      const seen: number[] = [];
      await taskGroup(async (group) => {
        for (let i = 0; i < 3; i++) {
          group.createTask(async () => {
            for await (const item of queue) {
              seen.push(item);
              await sleep(item % 3);
            }
          });
        }
        for (let i = 0; i < 50; i++) await queue.put(i);
        queue.shutdown();
      });
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    }));

  it("ends at once over a queue that was shut down", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      queue.shutdown();
      for await (const _ of queue) throw new Error("there is nothing");
    }));

  it("throws when it is cancelled", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      let ended = false;
      await cancelScope(
        async () => {
          for await (const _ of queue);
          ended = true;
        },
        { timeout: 10 },
      );
      expect([ended, queue.stats().getting]).toEqual([false, 0]);
    }));

  it("lets the error of a body that is a QueueShutDownError itself out", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      const other = new Queue<number>();
      other.shutdown();
      queue.putNowait(1);
      const error = await errorOf(async () => {
        for await (const item of queue) await other.put(item);
      });
      expect(error).toBeInstanceOf(QueueShutDownError);
    }));
});

describe("what a queue refuses and shows", () => {
  it("refuses a size that is no whole number of 1 or more", () => {
    for (const size of [0, -1, 1.5, Number.NaN, "2", null]) {
      const error = errorAtOnce(() => new Queue(size as number));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error.message).toMatch(
        /^Cannot make a queue as maxSize must be a whole number, 1 or more, or Infinity: received /,
      );
    }
    expect(new Queue().maxSize).toBe(Infinity);
  });

  it("counts what is in it and who waits", () =>
    virtualTime(async () => {
      const queue = new Queue<number>(2);
      expect(queue.stats()).toEqual({ size: 0, maxSize: 2, getting: 0, putting: 0, unfinished: 0, state: "open" });
      const [getter] = await started(() => queue.get());
      expect(queue.stats().getting).toBe(1);
      await queue.put(1);
      await getter;
      expect(queue.stats()).toMatchObject({ size: 0, getting: 0, unfinished: 1 });
    }));

  it("shows itself in one line", () => {
    const queue = new Queue<number>(5);
    queue.putNowait(1);
    expect(inspect(queue)).toBe("Queue { open, size: 1 of 5, getting: 0, putting: 0 }");
    queue.shutdown();
    expect(inspect(queue)).toMatch(/^Queue \{ shut down, size: 1 of 5/);
  });

  it("keeps nothing of those who waited and were cancelled, and no timer", () =>
    virtualTime(async (clock) => {
      const queue = new Queue<number>(1);
      queue.putNowait(1);
      await taskGroup((group) => {
        for (let i = 0; i < 200; i++) group.createTask(() => moveOnAfter(1 + (i % 9), () => queue.put(i)));
      });
      expect(queue.stats()).toMatchObject({ size: 1, putting: 0, unfinished: 1 });
      expect(clock.pending).toBe(0);
    }));
});
