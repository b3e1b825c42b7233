import { ledger } from "../ground/ledger.js";
import type { Task } from "../task/task.js";

/** Something that was acquired, in its holder's hands. It goes back once, however often this is released or disposed of. */
export class Guard implements Disposable {
  #giveBack: (() => void) | null;

  /**
   * @param task who holds it, for reports of what was never given back
   * @param what what it is, for them; left out where others see to the reports
   */
  constructor(giveBack: () => void, task?: Task<unknown>, what?: string) {
    this.#giveBack = giveBack;
    if (ledger !== null && what !== undefined) ledger.opened(this, takenBy(task, what));
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
