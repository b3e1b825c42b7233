import { ledger } from "../ground/ledger.js";
import type { Task } from "../task/task.js";
import { currentTask } from "../task/task.js";

/** Something that was acquired, in its holder's hands. It goes back once, however often this is released or disposed of. */
export class Guard implements Disposable {
  #giveBack: (() => void) | null;

  /** @param what what it is, for reports of what was never given back; left out where others see to them */
  constructor(giveBack: () => void, what?: string) {
    this.#giveBack = giveBack;
    if (ledger !== null && what !== undefined) ledger.opened(this, takenBy(currentTask(), what));
  }

  release(): void {
    this.#giveBack?.();
    this.#giveBack = null;
    if (ledger !== null) ledger.closed(this);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** How a report names what a task took. */
export function takenBy(task: Task<unknown> | undefined, what: string): string {
  return task === undefined ? what : `${what}, taken by task "${task.name}"`;
}
