import { inspect } from "node:util";
import type { Permit, Task } from "heddle";
import { cancelScope, createTask, gather, now, Semaphore, sleep, taskGroup } from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

/** Tasks that each want some permits, hold them for a while and give them back; notes who gets them when. */
function holders(semaphore: Semaphore, wanted: readonly (readonly [string, number, number])[]) {
  const log = timeline();
  const work = gather(
    wanted.map(([name, count, ms]) => async () => {
      using _permit = await semaphore.acquire(count);
      log(name);
      await sleep(ms);
    }),
  );
  return { log, work };
}

describe("acquire and release", () => {
  it("lets as many in as there are permits, and the others in the order in which they came", () =>
    virtualTime(async () => {
      const { log, work } = holders(new Semaphore(2), [
        ["a", 1, 10],
        ["b", 1, 20],
        ["c", 1, 5],
        ["d", 1, 5],
      ]);
      await work;
      expect(log.lines).toEqual(["0 a", "0 b", "10 c", "15 d"]);
    }));

  it("does not let anybody overtake one who waits, not even one who would need no wait", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(1);
      const first = await semaphore.acquire();
      const second = createTask(() => semaphore.acquire());
      await settle();
      first.release();
      expect(semaphore.tryAcquire()).toBe(undefined);
      const third = createTask(() => semaphore.acquire());
      await settle();
      expect([second.state, third.state]).toEqual(["succeeded", "running"]);
      second.result.release();
      (await third).release();
    }));

  it("sends one who comes again to the end of the line", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(1);
      const log = timeline();
      const greedy = (name: string) => async (): Promise<void> => {
        for (let i = 0; i < 2; i++) {
          using _permit = await semaphore.acquire();
          log(name);
          await sleep(1);
        }
      };
      await gather(greedy("a"), greedy("b"));
      expect(log.lines).toEqual(["0 a", "1 b", "2 a", "3 b"]);
    }));

  it("does not serve those who want few before one who came first and wants many", () =>
    virtualTime(async () => {
      const { log, work } = holders(new Semaphore(3), [
        ["two", 2, 10],
        ["three", 3, 10],
        ["one", 1, 10],
      ]);
      await work;
      expect(log.lines).toEqual(["0 two", "10 three", "20 one"]);
    }));

  it("serves several with one release when there is enough for them", () =>
    virtualTime(async () => {
      const { log, work } = holders(new Semaphore(3), [
        ["three", 3, 10],
        ["one", 1, 1],
        ["two", 2, 1],
        ["last", 1, 1],
      ]);
      await work;
      expect(log.lines).toEqual(["0 three", "10 one", "10 two", "11 last"]);
    }));

  it("gives permits back once, however often they are released and disposed of", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(2);
      {
        using permit = await semaphore.acquire(2);
        expect(semaphore.available).toBe(0);
        permit.release();
        permit.release();
      }
      expect(semaphore.available).toBe(2);
    }));

  it("can be released by anybody, also by one who never took a permit", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(0);
      const waiter = createTask(() => semaphore.acquire(2));
      await settle();
      semaphore.release();
      expect(semaphore.stats()).toEqual({ available: 1, waiting: 1, max: Infinity });
      semaphore.release(2);
      await waiter;
      expect(semaphore.available).toBe(1);
    }));

  it("never waits in tryAcquire()", () => {
    const semaphore = new Semaphore(2);
    const permit = semaphore.tryAcquire(2) as Permit;
    expect(semaphore.tryAcquire()).toBe(undefined);
    permit.release();
    expect(semaphore.tryAcquire(3)).toBe(undefined);
    expect(semaphore.available).toBe(2);
  });

  it("lets I/O in, in a loop that never has to wait", async () => {
    const semaphore = new Semaphore(1);
    let timer = false;
    setTimeout(() => {
      timer = true;
    }, 1);
    const start = now();
    while (!timer) {
      (await semaphore.acquire()).release();
      if (now() - start > 2000) throw new Error("starved");
    }
  });
});

describe("a cancelled acquire()", () => {
  it("takes no permit and leaves the line at once", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(1);
      const held = await semaphore.acquire();
      const waiter = createTask(() => semaphore.acquire());
      await settle();
      expect(semaphore.stats().waiting).toBe(1);
      waiter.cancel();
      expect(semaphore.stats().waiting).toBe(0);
      held.release();
      expect(semaphore.available).toBe(1);
    }));

  it("lets those behind it have what it was too big for", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(2);
      using _held = await semaphore.acquire();
      const big = createTask(() => semaphore.acquire(2));
      const small = createTask(() => semaphore.acquire(1));
      await settle();
      big.cancel();
      await settle();
      expect([big.state, small.state, semaphore.available]).toEqual(["cancelled", "succeeded", 0]);
    }));

  it("does not take a free permit in a scope that is cancelled already", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(1);
      await cancelScope(async (scope) => {
        scope.cancel();
        expect((await errorOf(() => semaphore.acquire())).name).toBe("CancelledError");
      });
      expect(semaphore.available).toBe(1);
    }));

  for (const order of ["released, then cancelled", "cancelled, then released"]) {
    it(`loses no permit when the waiter is ${order} in the same tick`, () =>
      virtualTime(async () => {
        const semaphore = new Semaphore(1);
        const held = await semaphore.acquire();
        const waiters = [1, 2].map(() =>
          createTask(async () => {
            using _permit = await semaphore.acquire();
            await sleep(1);
          }),
        );
        await settle();
        const [first, second] = waiters as [Task<void>, Task<void>];
        if (order.startsWith("released")) held.release();
        first.cancel();
        held.release();
        await second;
        expect([first.state, second.state, semaphore.available]).toEqual(["cancelled", "succeeded", 1]);
      }));
  }
});

describe("with", () => {
  it("holds a permit while the function runs, and gives it back whatever happens", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(1);
      expect(await semaphore.with(async () => semaphore.available)).toBe(0);
      expect((await errorOf(() => semaphore.with(() => Promise.reject(new Error("x"))))).message).toBe("x");
      await cancelScope(() => semaphore.with(() => sleep(100)), { timeout: 10 });
      expect(semaphore.available).toBe(1);
    }));

  it("does not call the function when it is cancelled while it waits", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(0);
      let called = false;
      await cancelScope(
        () =>
          semaphore.with(() => {
            called = true;
          }),
        { timeout: 10 },
      );
      expect([called, semaphore.stats().waiting]).toEqual([false, 0]);
    }));

  it("refuses a promise in place of the function", async () => {
    await expectRefused(
      () => new Semaphore(1).with(Promise.resolve() as unknown as () => void),
      /^Cannot use a semaphore as a function is needed: received a promise; .*semaphore\.with\(\(\) => work\(\)\)$/,
    );
  });
});

describe("resize", () => {
  it("serves those who wait when there are more", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(1);
      const { log, work } = holders(semaphore, [
        ["a", 1, 10],
        ["b", 1, 10],
        ["c", 1, 10],
      ]);
      await sleep(5);
      semaphore.resize(2);
      await work;
      expect(log.lines).toEqual(["0 a", "5 b", "10 c"]);
      expect([semaphore.size, semaphore.available]).toEqual([2, 2]);
    }));

  it("takes none away from those who hold them when there are fewer", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(3);
      const { log, work } = holders(semaphore, [
        ["a", 1, 10],
        ["b", 1, 20],
        ["c", 1, 30],
        ["d", 1, 10],
      ]);
      await settle();
      semaphore.resize(1);
      expect([semaphore.available, semaphore.locked]).toEqual([-2, true]);
      await work;
      expect(log.lines).toEqual(["0 a", "0 b", "0 c", "30 d"]);
      expect(semaphore.available).toBe(1);
    }));

  it("goes from no limit to one and back, minding the permits that are out", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(Infinity);
      const permits = await gather([1, 2, 3].map(() => () => semaphore.acquire()));
      semaphore.resize(2);
      expect([semaphore.size, semaphore.available]).toEqual([2, -1]);
      for (const permit of permits) permit.release();
      expect(semaphore.available).toBe(2);
      semaphore.resize(Infinity);
      expect([semaphore.available, semaphore.locked]).toEqual([Infinity, false]);
    }));

  it("can close it altogether", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(1);
      semaphore.resize(0);
      expect(semaphore.tryAcquire()).toBe(undefined);
      semaphore.resize(1);
      expect(semaphore.tryAcquire()).toBeDefined();
    }));

  it("refuses what is no number of permits, and more than max", () => {
    const semaphore = new Semaphore(1, { max: 3 });
    for (const size of [-1, 1.5, Number.NaN, "2"]) {
      expect(errorAtOnce(() => semaphore.resize(size as number)).message).toMatch(
        /^Cannot resize a semaphore as its size must be a whole number, 0 or more.*: received /,
      );
    }
    expect(errorAtOnce(() => semaphore.resize(4)).message).toBe(
      "Cannot resize a semaphore as its max is 3: received 4",
    );
    expect(semaphore.size).toBe(1);
  });
});

describe("what a semaphore refuses", () => {
  it("refuses permits that are no whole number of 0 or more", () => {
    for (const permits of [-1, 0.5, Number.NaN, "1", undefined, null]) {
      const error = errorAtOnce(() => new Semaphore(permits as number));
      expect(error.message).toMatch(
        /^Cannot make a semaphore as permits must be a whole number, 0 or more, or Infinity: received /,
      );
    }
  });

  it("refuses a max below the permits, and unknown options", () => {
    expect(errorAtOnce(() => new Semaphore(2, { max: 1 })).message).toBe(
      "Cannot make a semaphore as max must be a whole number, 2 or more, or Infinity: received 1",
    );
    expect(errorAtOnce(() => new Semaphore(2, { maximum: 3 } as object)).message).toMatch(/received "maximum"$/);
    expect(errorAtOnce(() => new Semaphore(2, 3 as unknown as object)).message).toMatch(
      /options must be an object: received 3$/,
    );
  });

  it("refuses to take or give back no permits, or parts of one", async () => {
    const semaphore = new Semaphore(1);
    for (const n of [0, -1, 0.5, Number.NaN, Infinity, "1"]) {
      await expectRefused(() => semaphore.acquire(n as number), /^Cannot acquire permits as their number must be /);
      await expectRefused(() => semaphore.tryAcquire(n as number), /^Cannot acquire permits as their number must be /);
      await expectRefused(() => semaphore.release(n as number), /^Cannot release permits as their number must be /);
    }
    expect(semaphore.available).toBe(1);
  });

  it("refuses to be released above its max", () => {
    const semaphore = new Semaphore(1, { max: 2 });
    semaphore.release();
    const error = errorAtOnce(() => semaphore.release());
    expect(error).toMatchObject({ name: "InvalidStateError" });
    expect(error.message).toBe("Cannot release permits as 2 of at most 2 are free: received 1");
    expect(semaphore.available).toBe(2);
  });

  it("refuses to wait for more permits than there can ever be", async () => {
    await expectRefused(
      () => new Semaphore(1, { max: 2 }).acquire(3),
      "Cannot acquire permits as there are never more than 2: received 3",
    );
  });
});

describe("what a semaphore shows", () => {
  it("is locked when an acquire() would have to wait", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(2);
      expect(semaphore.locked).toBe(false);
      const permit = await semaphore.acquire();
      expect(semaphore.locked).toBe(false);
      const big = createTask(() => semaphore.acquire(2));
      await settle();
      expect([semaphore.available, semaphore.locked]).toEqual([1, true]);
      permit.release();
      (await big).release();
      expect(semaphore.locked).toBe(false);
    }));

  it("shows itself in one line", () => {
    expect(inspect(new Semaphore(3))).toBe("Semaphore { available: 3, waiting: 0 }");
  });

  it("stays the same size and leaves nobody waiting, however many come and are cancelled", () =>
    virtualTime(async (clock) => {
      const semaphore = new Semaphore(3);
      await taskGroup(async (group) => {
        for (let i = 0; i < 300; i++) {
          group.createTask(() => cancelScope(() => semaphore.with(() => sleep(7)), { timeout: i % 50 }));
        }
      });
      expect(semaphore.stats()).toEqual({ available: 3, waiting: 0, max: Infinity });
      expect(clock.pending).toBe(0);
    }));
});
