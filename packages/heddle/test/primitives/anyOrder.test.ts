import {
  Barrier,
  Condition,
  checkpoint,
  Future,
  gather,
  Lock,
  moveOnAfter,
  openChannel,
  PriorityQueue,
  RateLimiter,
  RWLock,
  sleep,
  taskGroup,
} from "heddle";
import { explore } from "heddle/testing";
import { describe, it } from "vitest";
import { runs } from "../support/runs.js";

/** Fails the program in which it is called; what it says goes into the report. */
function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Programs that are right in whatever order their tasks start, wake up and are cancelled. */
const programs: Record<string, () => Promise<unknown>> = {
  async "a lock keeps an update in one piece, also when some give up"() {
    const lock = new Lock();
    let n = 0;
    let done = 0;
    const increment = async (): Promise<void> => {
      const before = n;
      await checkpoint();
      n = before + 1;
      done++;
    };
    const patient = () => lock.with(increment);
    const impatient = () => moveOnAfter(1, () => lock.with(increment));
    await gather(patient, impatient, patient, impatient, () => sleep(1));
    demand(n === done && n >= 2, `${done} increments gave ${n}`);
    demand(!lock.locked, "the lock is left taken");
  },

  async "writers and readers never meet"() {
    const lock = new RWLock();
    let readers = 0;
    let writers = 0;
    const read = () =>
      lock.withRead(async () => {
        readers++;
        demand(writers === 0, "read while somebody wrote");
        await checkpoint();
        readers--;
      });
    const write = () =>
      lock.withWrite(async () => {
        writers++;
        demand(writers === 1 && readers === 0, "wrote while somebody was in");
        await checkpoint();
        writers--;
      });
    await gather(read, write, read, write, () => moveOnAfter(0, write), read);
  },

  async "a condition hands one item to one eater, whoever is cancelled"() {
    const condition = new Condition();
    const basket: number[] = [];
    const eaten: number[] = [];
    const eat = () =>
      condition.with(async () => {
        await condition.waitFor(() => basket.length > 0);
        eaten.push(basket.shift() as number);
      });
    const fill = async (): Promise<void> => {
      for (const item of [1, 2]) {
        await condition.with(() => {
          basket.push(item);
          condition.notify();
        });
      }
    };
    await gather(
      eat,
      eat,
      () => moveOnAfter(0, eat),
      async () => {
        await fill();
        await sleep(1);
        // The impatient one may have eaten; then somebody is still hungry.
        await condition.with(() => {
          basket.push(3);
          condition.notifyAll();
        });
      },
    );
    demand(new Set(eaten).size === eaten.length, "an item was eaten twice");
    demand(eaten.length + basket.length === 3, "an item is lost");
  },

  async "a channel loses nothing, whoever is cancelled"() {
    const [sender, receiver] = openChannel<number>();
    const sent: number[] = [];
    const got: number[] = [];
    await taskGroup(async (group) => {
      for (const item of [1, 2, 3]) {
        const own = sender.clone();
        group.createTask(async () => {
          using out = own;
          await moveOnAfter(item === 2 ? 0 : Infinity, async () => {
            await out.send(item);
            sent.push(item);
          });
        });
      }
      sender.close();
      const other = receiver.clone();
      group.createTask(async () => {
        using input = other;
        await moveOnAfter(0, async () => void got.push(await input.receive()));
      });
      for await (const item of receiver) got.push(item);
    });
    demand(sent.toSorted().join() === got.toSorted().join(), `sent ${sent}, got ${got}`);
  },

  async "a barrier keeps rounds apart"() {
    const barrier = new Barrier(2);
    const rounds: number[] = [];
    const runner = async (): Promise<void> => {
      for (let round = 1; round <= 3; round++) {
        await barrier.wait();
        rounds.push(round);
      }
    };
    await gather(runner, runner);
    demand(rounds.join() === "1,1,2,2,3,3", `the rounds were ${rounds}`);
  },

  async "a priority queue keeps what it is given"() {
    const queue = new PriorityQueue<number>(1);
    const got: number[] = [];
    await gather(
      () => queue.put(3),
      () => queue.put(1),
      () => queue.put(2),
      () => moveOnAfter(0, async () => void got.push(await queue.get())),
      async () => {
        await sleep(1);
        while (got.length < 3) got.push(await queue.get());
      },
    );
    demand(got.toSorted().join() === "1,2,3", `got ${got}`);
  },

  async "a future is the same for all"() {
    const future = new Future<number>();
    const [a, , b] = await gather(
      () => moveOnAfter(0, () => future),
      () => future.setResult(7),
      () => future,
    );
    demand(b === 7 && (a === 7 || a === undefined), `gave ${a} and ${b}`);
  },

  async "a rate limiter serves the next when one gives up"() {
    const limiter = new RateLimiter(1000, { burst: 2 });
    await gather(
      () => limiter.acquire(2),
      () => moveOnAfter(1, () => limiter.acquire(2)),
      () => limiter.acquire(1),
      () => limiter.acquire(1),
    );
    demand(limiter.stats().waiting === 0, "somebody is left");
  },
};

describe("Whatever the order in which tasks start, wake up and are cancelled,", () => {
  for (const [name, program] of Object.entries(programs)) {
    it(name, () => explore(program, { runs: runs(150).numRuns }));
  }
});
