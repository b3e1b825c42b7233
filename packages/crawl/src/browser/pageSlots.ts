import { availableParallelism } from "node:os";
import type { Permit } from "heddle";
import { cancellable, moveOnAfter, now, Semaphore } from "heddle";
import type { ContainerMemory } from "./containerMemory.js";
import { containerMemory } from "./containerMemory.js";

const MiB = 1 << 20;

/**
 * What a page is taken to need, in bytes, shared with no other process. Measured: 20 MiB for a page with nothing in it, 100
 * for one with three thousand pictures and as many texts, 310 for one with a large canvas and a million and a half objects.
 */
export const PAGE_MEMORY: number = 200 * MiB;

/**
 * What is left to everything else, in bytes: the rest of the browser (65 MiB without windows, 175 with), this process as it
 * grows, and what the estimate is wrong by.
 */
export const SPARE_MEMORY: number = 300 * MiB;

/** For so long a page has not yet taken all that it will take. In milliseconds. */
const GROWING = 2000;

/** How often those who wait look at the memory again, in milliseconds. */
const LOOK = 500;

export interface PageSlotsOptions {
  /** The most pages at a time, whatever memory there is. Default: two for each processor. */
  maxPages?: number | undefined;
  /** Where the figures come from. Default: the container. */
  memory?: () => ContainerMemory | undefined;
}

/**
 * How many pages may be open at a time: at most `maxPages`, and one more only while the memory that is free *now* has
 * room for it beside the pages that have just begun to grow. One always may, or nothing would ever go on.
 */
export class PageSlots {
  readonly max: number;
  readonly #memory: () => ContainerMemory | undefined;
  readonly #semaphore: Semaphore;
  /** When each page has begun, in order. */
  readonly #begun: number[] = [];
  #open = 0;
  #waiting = 0;

  constructor(options: PageSlotsOptions = {}) {
    const { maxPages = 2 * availableParallelism(), memory = containerMemory } = options;
    this.max = maxPages;
    this.#memory = memory;
    this.#semaphore = new Semaphore(maxPages);
  }

  get open(): number {
    return this.#open;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Waits until a page may be opened, in order of arrival. The result gives the place back.
   *
   * If cancelled: throws `CancelledError`, and has taken no place.
   */
  async acquire(): Promise<Disposable> {
    this.#waiting++;
    try {
      this.#resize();
      const permit = await this.#wait();
      this.#open++;
      this.#begun.push(now());
      return { [Symbol.dispose]: () => this.#release(permit) };
    } finally {
      this.#waiting--;
    }
  }

  /** How many may be open now. */
  room(): number {
    const figures = this.#memory();
    if (figures === undefined) return this.max;
    const since = now() - GROWING;
    while (this.#begun.length > 0 && (this.#begun[0] as number) < since) this.#begun.shift();
    const growing = Math.min(this.#begun.length, this.#open);
    const more = Math.floor((figures.available - SPARE_MEMORY) / PAGE_MEMORY) - growing;
    return Math.max(1, Math.min(this.max, this.#open + Math.max(0, more)));
  }

  /** The place in the line is kept: only the look at the memory is repeated, by whoever is first in it. */
  async #wait(): Promise<Permit> {
    const acquired = this.#semaphore.acquire();
    try {
      for (;;) {
        const permit = await moveOnAfter(LOOK, () => cancellable(acquired));
        if (permit !== undefined) return permit;
        this.#resize();
      }
    } catch (error) {
      // A permit that was handed over at this very moment goes on to the next.
      acquired.then(
        (permit) => permit.release(),
        () => {},
      );
      throw error;
    }
  }

  #release(permit: Permit): void {
    this.#open--;
    permit.release();
    this.#resize();
  }

  #resize(): void {
    this.#semaphore.resize(this.room());
  }
}
