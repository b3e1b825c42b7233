import { CapacityLimiter, Lock, RWLock, Semaphore } from "heddle";
import { park, throwIfCancelled, WaitList } from "heddle/lowlevel";
import type { LockLike } from "heddle/testing";
import { lockLikeCases } from "heddle/testing";
import { describe, expect, it } from "vitest";

const real: Record<string, () => LockLike> = {
  Lock: () => {
    const lock = new Lock();
    return {
      acquire: () => lock.acquire(),
      tryAcquire: () => lock.tryAcquire(),
      waiting: () => lock.stats().waiting,
    };
  },
  "Semaphore with one permit": () => {
    const semaphore = new Semaphore(1);
    return {
      acquire: () => semaphore.acquire(),
      tryAcquire: () => semaphore.tryAcquire(),
      waiting: () => semaphore.stats().waiting,
    };
  },
  "CapacityLimiter with one place": () => {
    const limiter = new CapacityLimiter(1);
    return {
      acquire: () => limiter.acquire(),
      tryAcquire: () => limiter.tryAcquire(),
      waiting: () => limiter.stats().waiting,
    };
  },
  "RWLock, writing": () => {
    const lock = new RWLock();
    return {
      acquire: () => lock.write(),
      tryAcquire: () => lock.tryWrite(),
      waiting: () => lock.stats().waitingWriters,
    };
  },
};

for (const [name, make] of Object.entries(real)) {
  describe(`${name} is a lock`, () => {
    for (const { name, run } of lockLikeCases(make)) it(name, run);
  });
}

/** Sets itself free and wakes the first in line, who then has to see whether it got in before somebody else. */
class BargingLock implements LockLike {
  protected taken = false;
  protected readonly line: WaitList<void> = new WaitList("barging lock");

  async acquire(): Promise<Disposable> {
    throwIfCancelled();
    while (this.taken) await park(this.line);
    return this.take();
  }

  tryAcquire(): Disposable | undefined {
    return this.taken ? undefined : this.take();
  }

  waiting(): number {
    return this.line.count();
  }

  protected take(): Disposable {
    this.taken = true;
    let released = false;
    return {
      [Symbol.dispose]: () => {
        if (released) return;
        released = true;
        this.release();
      },
    };
  }

  protected release(): void {
    this.taken = false;
    this.line.wakeFirst();
  }
}

/** Hands itself on, but to the one who came last. */
class ImpoliteLock extends BargingLock {
  override async acquire(): Promise<Disposable> {
    throwIfCancelled();
    if (this.taken) await park(this.line);
    return this.take();
  }

  protected override release(): void {
    const last = [...this.line].at(-1);
    if (last === undefined) this.taken = false;
    else last.wake();
  }
}

/** Looks for a cancellation once more when it was handed over, and then forgets that it has it. */
class LosingLock extends ImpoliteLock {
  override async acquire(): Promise<Disposable> {
    const guard = await super.acquire();
    throwIfCancelled();
    return guard;
  }

  protected override release(): void {
    if (!this.line.wakeFirst()) this.taken = false;
  }
}

/** Lets everybody in. */
class OpenDoor extends BargingLock {
  override async acquire(): Promise<Disposable> {
    throwIfCancelled();
    return this.take();
  }
}

/** Asks whether it is cancelled only when it has to wait. */
class EdgeTriggeredLock extends LosingLock {
  override async acquire(): Promise<Disposable> {
    return this.tryAcquire() ?? super.acquire();
  }
}

/** Is released as often as its guard is disposed of. */
class TwiceReleasedLock extends LosingLock {
  protected override take(): Disposable {
    this.taken = true;
    return { [Symbol.dispose]: () => this.release() };
  }
}

const broken: [why: string, make: () => LockLike, fails: RegExp][] = [
  ["lets others in between a release and the first in line", () => new BargingLock(), /hands itself on/],
  ["serves the last one first", () => new ImpoliteLock(), /in the order in which they came/],
  ["loses what it had handed over", () => new LosingLock(), /does not take back/],
  ["lets everybody in", () => new OpenDoor(), /one in at a time/],
  ["does not see that the caller is cancelled", () => new EdgeTriggeredLock(), /refuses those who are cancelled/],
  ["is released twice", () => new TwiceReleasedLock(), /released once/],
];

describe("lockLikeCases() catches a lock that", () => {
  for (const [why, make, fails] of broken) {
    it(why, async () => {
      const failed = await failing(lockLikeCases(make));
      expect(failed.some((name) => fails.test(name))).toBe(true);
      expect(failed).toContain("does as the model does, whatever happens in whatever order");
    });
  }
});

async function failing(cases: ReturnType<typeof lockLikeCases>): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of cases) await run().catch(() => failed.push(name));
  return failed;
}
