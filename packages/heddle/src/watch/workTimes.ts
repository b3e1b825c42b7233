/** How long each task has run between its waits, in all. It forgets a task when nobody has that any more. */
export class WorkTimes {
  readonly #times = new WeakMap<object, { ran: number; heard: number }>();

  /** Adds so many milliseconds that have ended at `now`, by `performance.now()`. */
  add(task: object, ms: number, now: number): void {
    const times = this.#times.get(task);
    if (times === undefined) this.#times.set(task, { ran: ms, heard: now });
    else {
      times.ran += ms;
      times.heard = now;
    }
  }

  of(task: object): { readonly ran: number; readonly heard: number } | undefined {
    return this.#times.get(task);
  }
}
