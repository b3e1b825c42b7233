// For the scaling: all tasks are parked in get(), then as many items are put.
import { heddle, workload } from "./measure.mjs";

/** The resolvers of those who wait, with the place of the first one: nothing moves when one is taken out. */
class HandWritten {
  #waiting = [];
  #head = 0;

  get() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  put(item) {
    const next = this.#waiting[this.#head];
    this.#waiting[this.#head++] = undefined;
    next(item);
  }
}

/** As it is usually written. From some ten thousands on `shift()` moves all that is behind the first one. */
class WithShift {
  #waiting = [];

  get() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  put(item) {
    this.#waiting.shift()(item);
  }
}

const native = (Queue) => async () => ({
  run: async (n) => {
    const queue = new Queue();
    const consume = async () => {
      await queue.get();
    };
    const tasks = Array.from({ length: n }, () => consume());
    await null;
    for (let i = 0; i < n; i++) queue.put(i);
    await Promise.all(tasks);
  },
});

await workload(import.meta.url, {
  native: native(HandWritten),
  "native, Array.shift": native(WithShift),
  heddle: async () => {
    const { checkpoint, Queue, taskGroup } = await import("heddle");
    return heddle(async (n) => {
      const queue = new Queue();
      let parked = 0;
      const consume = async () => {
        parked++;
        await queue.get();
      };
      await taskGroup(async (group) => {
        for (let i = 0; i < n; i++) group.createTask(consume);
        while (parked < n) await checkpoint();
        for (let i = 0; i < n; i++) queue.putNowait(i);
      });
    });
  },
});
