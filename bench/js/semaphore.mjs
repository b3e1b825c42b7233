// Very many tasks at once, 100 permits; each holds one while it yields once.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const PERMITS = 100;
const job = async () => {
  await null;
};

/** What one writes by hand: a counter and the resolvers of those who wait, in a ring that grows. */
class HandWritten {
  #free = PERMITS;
  #waiting = [];
  #head = 0;

  async acquire() {
    if (this.#free > 0) this.#free--;
    else await new Promise((resolve) => this.#waiting.push(resolve));
  }

  release() {
    const next = this.#waiting[this.#head];
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting[this.#head++] = undefined;
    next();
  }
}

const times = (n, make) => Array.from({ length: n }, make);

await workload(import.meta.url, {
  native: async () => ({
    run: async (n) => {
      const semaphore = new HandWritten();
      const one = async () => {
        await semaphore.acquire();
        try {
          await job();
        } finally {
          semaphore.release();
        }
      };
      await Promise.all(times(n, () => one()));
    },
  }),
  heddle: async () => {
    const { gather, Semaphore } = await import("heddle");
    return heddle(async (n) => {
      const semaphore = new Semaphore(PERMITS);
      const one = async () => {
        const permit = await semaphore.acquire();
        try {
          await job();
        } finally {
          permit.release();
        }
      };
      await gather(times(n, () => one));
    });
  },
  "heddle gather({ limit })": async () => {
    const { gather } = await import("heddle");
    return heddle(async (n) => {
      await gather(
        times(n, () => job),
        { limit: PERMITS },
      );
    });
  },
  "p-limit": async () => {
    const { default: pLimit } = await peer("p-limit");
    return {
      run: async (n) => {
        const limit = pLimit(PERMITS);
        await Promise.all(times(n, () => limit(job)));
      },
    };
  },
  "p-queue": async () => {
    const { default: PQueue } = await peer("p-queue");
    return {
      run: async (n) => {
        const queue = new PQueue({ concurrency: PERMITS });
        await Promise.all(times(n, () => queue.add(job)));
      },
    };
  },
  "async-sema": async () => {
    const { Sema } = await peer("async-sema");
    return {
      run: async (n) => {
        const sema = new Sema(PERMITS, { capacity: n });
        const one = async () => {
          await sema.acquire();
          try {
            await job();
          } finally {
            sema.release();
          }
        };
        await Promise.all(times(n, () => one()));
      },
    };
  },
});
