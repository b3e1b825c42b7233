import type { Task } from "heddle";
import { createTask, shield } from "heddle";

/** So many things are done at a time beside the pages. */
const MOST = 64;

/**
 * What a fetcher does beside its pages: no more of it than so much at a time, nothing twice at a time, and nothing after its
 * end. It belongs to the run, not to the page that has caused it: that may be over long before.
 */
export class Background {
  readonly #tasks: Map<string, Task<void>> = new Map();
  #state: "open" | "closed" = "open";

  /** How much is under way. */
  get size(): number {
    return this.#tasks.size;
  }

  /** Begins it, unless the same is under way, or too much else. Returns whether it was begun. */
  tryStart(key: string, work: () => Promise<void>): boolean {
    if (this.#state === "closed" || this.#tasks.has(key) || this.#tasks.size >= MOST) return false;
    const task = createTask(
      async () => {
        try {
          await work();
        } finally {
          this.#tasks.delete(key);
        }
      },
      { name: key },
    );
    this.#tasks.set(key, task);
    return true;
  }

  /** Cancels what is under way, and waits for its end. If cancelled: likewise. */
  async close(): Promise<void> {
    this.#state = "closed";
    await shield(async () => {
      await Promise.all([...this.#tasks.values()].map((task) => task.cancelAndWait("the fetcher is closed")));
    });
  }
}
