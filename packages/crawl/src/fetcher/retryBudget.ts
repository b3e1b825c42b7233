/** So many retries a host gets before it has earned any. */
const RESERVE = 10;

/** No host saves up more than this: enough for all that is under way when it restarts. */
const MOST = 1000;

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
    if (this.#share === Infinity) return;
    const left = this.#left.get(host) ?? RESERVE;
    this.#set(host, Math.min(MOST, left + this.#share));
  }

  /** Takes a retry from the host's budget; false if there is none left. */
  takes(host: string): boolean {
    if (this.#share === Infinity) return true;
    const left = this.#left.get(host) ?? RESERVE;
    if (left < 1) return false;
    this.#set(host, left - 1);
    return true;
  }

  #set(host: string, left: number): void {
    this.#left.delete(host);
    this.#left.set(host, left);
    if (this.#left.size > MOST_HOSTS) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#left.keys();
    if (oldest !== undefined) this.#left.delete(oldest);
  }
}
