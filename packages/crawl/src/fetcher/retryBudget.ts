/** So many retries a host gets before it has earned any. */
const RESERVE = 10;

/** No host saves up more than this. */
const MOST = 100;

/** So many hosts are remembered: those that were asked last. */
const MOST_HOSTS = 10_000;

/**
 * How often hosts may be asked again. A host that answers well needs few retries, and has them; one that is down would be
 * asked four times for each of its pages, just when that does the most harm.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #left: Map<string, number> = new Map();

  /** @param share how many retries a host earns with each page that is asked of it, 0 or more */
  constructor(share: number) {
    this.#share = share;
  }

  /** A page is asked of the host. */
  asked(host: string): void {
    const left = this.#left.get(host);
    if (left !== undefined) this.#left.set(host, Math.max(left, Math.min(MOST, left + this.#share)));
  }

  /** Takes a retry from the host's budget; false if there is none left. */
  takes(host: string): boolean {
    const left = this.#left.get(host) ?? RESERVE;
    if (left < 1) return false;
    this.#left.delete(host);
    this.#left.set(host, left - 1);
    if (this.#left.size > MOST_HOSTS) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const [oldest] = this.#left.keys();
    if (oldest !== undefined) this.#left.delete(oldest);
  }
}
