import { Semaphore } from "heddle";
import { park, WaitList } from "heddle/lowlevel";

/** What limits the requests of all hosts together. It tells those who could use a slot that nobody takes. */
export class Slots extends Semaphore {
  readonly #watchers: WaitList<void> = new WaitList("a slot that is free", this);

  /**
   * Waits for a moment at which a slot is free.
   *
   * If cancelled: throws `CancelledError`.
   */
  async free(): Promise<void> {
    while (this.available <= 0) await park(this.#watchers);
  }

  override release(n?: number): void {
    super.release(n);
    if (this.available > 0) this.#watchers.wakeAll();
  }

  override resize(size: number): void {
    super.resize(size);
    if (this.available > 0) this.#watchers.wakeAll();
  }
}
