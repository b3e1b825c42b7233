import { AsyncLocalStorage } from "node:async_hooks";
import { cancelScope, checkpoint, createTask, gather, moveOnAfter, Queue, Semaphore, sleep, taskGroup } from "heddle";
import { park, throwIfCancelled, WaitList } from "heddle/lowlevel";
import { ExploreError, explore } from "heddle/testing";
import { describe, expect, it } from "vitest";

/** Runs the program until it fails, and returns how. */
async function failureOf(program: () => unknown, options = {}): Promise<ExploreError> {
  try {
    await explore(program, options);
  } catch (error) {
    if (error instanceof ExploreError) return error;
    throw error;
  }
  throw new Error("The program never failed");
}

/** What hides a bug in the natural order: somebody comes a little later. */
async function later(checkpoints: number): Promise<void> {
  for (let i = 0; i < checkpoints; i++) await checkpoint();
}

// ── A lost update across an await ───────────────────────────────────────────────────────────────────────

function counter(increment: (read: () => number, write: (n: number) => void) => Promise<void>): () => Promise<void> {
  return async () => {
    let n = 0;
    const one = async (turn: number): Promise<void> => {
      await later(4 * turn);
      await increment(
        () => n,
        (next) => {
          n = next;
        },
      );
    };
    await gather([0, 1, 2].map((turn) => () => one(turn)));
    if (n !== 3) throw new Error(`3 increments gave ${n}`);
  };
}

const lostUpdate = counter(async (read, write) => {
  const before = read();
  await checkpoint();
  write(before + 1);
});

const noLostUpdate = counter(async (read, write) => {
  await checkpoint();
  write(read() + 1);
});

// ── A check-then-act on a semaphore ─────────────────────────────────────────────────────────────────────

const checkThenAct = async (): Promise<void> => {
  const tables = new Semaphore(1);
  const guest = async (patience: number): Promise<void> => {
    await later(patience);
    if (tables.available === 0) return;
    await checkpoint();
    // The check has said that this does not wait.
    const seated = await moveOnAfter(1, () => tables.acquire());
    if (seated === undefined) throw new Error("The table was free, and then it was not");
    await sleep(10);
    seated.release();
  };
  await gather(
    () => guest(0),
    () => guest(4),
  );
};

const actAtOnce = async (): Promise<void> => {
  const tables = new Semaphore(1);
  const guest = async (): Promise<void> => {
    await checkpoint();
    const seated = tables.tryAcquire();
    if (seated === undefined) return;
    await sleep(10);
    seated.release();
  };
  await gather(guest, guest);
};

// ── A deadlock of two locks taken in opposite orders ────────────────────────────────────────────────────

function transfers(pick: (from: Semaphore, to: Semaphore) => [Semaphore, Semaphore]): () => Promise<void> {
  return async () => {
    const accounts: [Semaphore, Semaphore] = [new Semaphore(1), new Semaphore(1)];
    const transfer = async (from: Semaphore, to: Semaphore, delay: number): Promise<void> => {
      await later(delay);
      const [first, second] = pick(from, to);
      await first.with(() => second.with(() => checkpoint()));
    };
    await gather(
      () => transfer(accounts[0], accounts[1], 0),
      () => transfer(accounts[1], accounts[0], 5),
    );
  };
}

const oppositeOrders = transfers((from, to) => [from, to]);
const oneOrder = (): Promise<void> => {
  const ranks = new WeakMap<Semaphore, number>();
  let rank = 0;
  const rankOf = (lock: Semaphore): number => {
    if (!ranks.has(lock)) ranks.set(lock, rank++);
    return ranks.get(lock) as number;
  };
  return transfers((from, to) => (rankOf(from) < rankOf(to) ? [from, to] : [to, from]))();
};

// ── A forgotten taskDone ────────────────────────────────────────────────────────────────────────────────

function consumer(handle: (queue: Queue<number>, stopping: () => boolean) => Promise<void>): () => Promise<void> {
  return async () => {
    const queue = new Queue<number>();
    let stopping = false;
    createTask(
      async () => {
        for await (const _ of queue) await handle(queue, () => stopping);
      },
      { name: "worker" },
    );
    createTask(
      async () => {
        await later(12);
        stopping = true;
      },
      { name: "stopper" },
    );
    for (const item of [1, 2, 3]) await queue.put(item);
    await queue.join();
  };
}

const forgottenTaskDone = consumer(async (queue, stopping) => {
  await checkpoint();
  // An early return that somebody added later.
  if (stopping()) return;
  queue.taskDone();
});

const taskDoneInFinally = consumer(async (queue, stopping) => {
  try {
    await checkpoint();
    if (stopping()) return;
  } finally {
    queue.taskDone();
  }
});

// ── A cancellation that loses an item from a hand-written queue ─────────────────────────────────────────

interface Box {
  put(item: number): void;
  get(): Promise<number>;
  readonly left: readonly number[];
}

/** Takes the item in two steps: in between the getter may be cancelled. */
class LosingBox implements Box {
  readonly left: number[] = [];
  readonly #getters = new WaitList<number>("box.get");

  put(item: number): void {
    if (!this.#getters.wakeFirst(item)) this.left.push(item);
  }

  async get(): Promise<number> {
    throwIfCancelled();
    if (this.left.length > 0) return this.left.shift() as number;
    const item = await park(this.#getters);
    // Giving others a turn here looks harmless.
    await checkpoint();
    return item;
  }
}

class KeepingBox extends LosingBox {
  readonly #getters = new WaitList<number>("box.get");

  override put(item: number): void {
    if (!this.#getters.wakeFirst(item)) this.left.push(item);
  }

  override async get(): Promise<number> {
    throwIfCancelled();
    if (this.left.length > 0) return this.left.shift() as number;
    return park(this.#getters);
  }
}

function handOver(makeBox: () => Box): () => Promise<void> {
  return async () => {
    const box = makeBox();
    const got: number[] = [];
    await taskGroup(async (group) => {
      group.createTask(
        () =>
          cancelScope(async (scope) => {
            group.createTask(
              async () => {
                await later(5);
                scope.cancel();
              },
              { name: "canceller" },
            );
            got.push(await box.get());
          }),
        { name: "getter" },
      );
      group.createTask(
        async () => {
          await checkpoint();
          box.put(7);
        },
        { name: "putter" },
      );
    });
    const all = [...got, ...box.left];
    if (all.join() !== "7") throw new Error(`Put 7, and found [${all.join()}]`);
  };
}

describe("explore()", () => {
  it.each([
    ["a lost update across an await", lostUpdate, /3 increments gave [12]/],
    ["a check-then-act on a semaphore", checkThenAct, /and then it was not/],
    ["a deadlock of two locks taken in opposite orders", oppositeOrders, /nothing can wake it/],
    ["a forgotten taskDone", forgottenTaskDone, /nothing can wake it/],
    [
      "a cancellation that loses an item from a hand-written queue",
      handOver(() => new LosingBox()),
      /Put 7, and found/,
    ],
  ])("finds %s, which the natural order hides", async (_, program, message) => {
    await explore.replay(program, "");
    const error = await failureOf(program);
    expect(error.message).toMatch(message);
    await expect(explore.replay(program, error.schedule)).rejects.toThrow(message);
  });

  it.each([
    ["a lost update", noLostUpdate],
    ["a check-then-act", actAtOnce],
    ["opposite orders", oneOrder],
    ["a forgotten taskDone", taskDoneInFinally],
    ["a lost item", handOver(() => new KeepingBox())],
  ])("finds nothing in the corrected twin of %s", async (_, program) => {
    await expect(explore(program)).resolves.toEqual({ runs: 1000, complete: false });
    await expect(explore(program, { mode: "systematic" })).resolves.toMatchObject({ complete: true });
  });
});

describe("explore() on any program", () => {
  it("gives the same schedules for the same seed", async () => {
    const first = await failureOf(lostUpdate, { seed: 5 });
    const second = await failureOf(lostUpdate, { seed: 5 });
    expect(second.message).toBe(first.message);
  });

  it("fails for an error that reaches nobody", async () => {
    const error = await failureOf(async () => {
      createTask(() => Promise.reject(new Error("unheard")));
      await sleep(10);
    });
    expect(error.cause).toEqual(new Error("unheard"));
  });

  it("fails for a program that does not end", async () => {
    const error = await failureOf(
      async () => {
        for (;;) await checkpoint();
      },
      { maxSteps: 50 },
    );
    expect(error.message).toContain("Did not end within 50 steps");
  });

  it("lets a deadline and a sleep that end together come in both orders", async () => {
    const seen = new Set<unknown>();
    await explore(
      async () => {
        seen.add(await moveOnAfter(10, () => sleep(10).then(() => "slept")));
      },
      { mode: "systematic" },
    );
    expect(seen).toEqual(new Set([undefined, "slept"]));
  });

  it("tries in systematic mode every order of three tasks, and no other", async () => {
    const orders = new Set<string>();
    const report = await explore(
      async () => {
        const order: string[] = [];
        await gather(["a", "b", "c"].map((name) => async () => void order.push(name)));
        orders.add(order.join(""));
      },
      { mode: "systematic", deviations: 2 },
    );
    expect(report.complete).toBe(true);
    expect([...orders].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  });

  it("stops a systematic search at the number of runs it was given", async () => {
    const work = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await checkpoint();
    };
    const report = await explore(() => gather(work, work, work), { mode: "systematic", runs: 20 });
    expect(report).toEqual({ runs: 20, complete: false });
  });

  it("keeps the contexts of the user's own AsyncLocalStorage", async () => {
    const storage = new AsyncLocalStorage<string>();
    await explore(
      async () => {
        const seen = await gather(["x", "y"].map((value) => storage.run(value, () => async () => value)));
        expect(seen).toEqual(["x", "y"]);
        const task = storage.run("z", () => createTask(async () => storage.getStore()));
        expect(await task).toBe("z");
      },
      { runs: 50 },
    );
  });

  it("shows in its table who went on, after what, and ahead of whom", async () => {
    const error = await failureOf(async () => {
      const order: string[] = [];
      await gather(
        async function ann() {
          await sleep(5);
          order.push("ann");
        },
        async function bob() {
          await sleep(5);
          order.push("bob");
        },
      );
      expect(order).toEqual(["ann", "bob"]);
    });
    expect(error.message).toContain("   step  ms  goes on  after      ahead of");
    expect(error.message).toMatch(/\*\s+2\s+0 {2}bob\s+its start\s+ann/);
  });

  it.each([
    [{ runs: 0 }, "runs must be a whole number, 1 or more"],
    [{ seed: 1.5 }, "the seed must be a whole number"],
    [{ mode: "all" }, 'mode must be "random" or "systematic"'],
    [{ deviations: -1 }, "deviations must be a whole number"],
    [{ tries: 3 }, 'received "tries"'],
  ])("refuses %j", async (options, message) => {
    await expect(explore(() => {}, options as object)).rejects.toThrow(message);
  });

  it("refuses a promise, and a schedule that it has not written", async () => {
    await expect(explore(Promise.resolve() as never)).rejects.toThrow("hand over the function");
    await expect(explore.replay(() => {}, "first a, then b")).rejects.toThrow("received");
  });
});
