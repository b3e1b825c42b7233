import { RateMeter } from "./rateMeter.js";

/** What a progress line or a summary shows: plain data. */
export interface Progress {
  /** Since the start, in milliseconds. */
  readonly elapsed: number;
  readonly ok: number;
  readonly failed: number;
  /** How many failed, by outcome or verdict, the most frequent first. */
  readonly failures: readonly (readonly [outcome: string, count: number])[];
  readonly bytes: number;
  /** Requests that are under way. */
  readonly running: number;
  /** Pages a second, over the last seconds. */
  readonly rate: number;
  /** The request that has been under way longest, and for how many milliseconds. */
  readonly slowest: { readonly url: string; readonly age: number } | undefined;
  /** Hosts that are left alone for a while, as they have asked. */
  readonly parked: number;
  /** How many pages there are in all, where that is known. */
  readonly total: number | undefined;
}

/** Counts pages and requests as they start and end. Moments are handed in, in milliseconds: this waits for nothing. */
export class Tally {
  readonly #startedAt: number;
  readonly #total: number | undefined;
  readonly #rate: RateMeter;
  /** By number, in the order in which they started: the first is the one that has been under way longest. */
  readonly #requests = new Map<number, { url: string; since: number }>();
  readonly #failures = new Map<string, number>();
  #ok = 0;
  #failed = 0;
  #bytes = 0;

  constructor(startedAt: number, total?: number) {
    this.#startedAt = startedAt;
    this.#total = total;
    this.#rate = new RateMeter(startedAt);
  }

  get failed(): number {
    return this.#failed;
  }

  /** Requests that are under way. */
  get running(): number {
    return this.#requests.size;
  }

  /** A request has left. */
  requestStarted(id: number, url: string, at: number): void {
    this.#requests.set(id, { url, since: at });
  }

  requestEnded(id: number): void {
    this.#requests.delete(id);
  }

  /** A page has its record. */
  page(record: { outcome: string; verdict: string; bytes: number }): void {
    const { outcome, verdict, bytes } = record;
    this.#bytes += bytes;
    // An answer in good order may be a CAPTCHA. What is no HTML is as good as what is: it was what the URL stands for.
    const failure = outcome !== "ok" ? outcome : verdict === "notHtml" ? "ok" : verdict;
    if (failure === "ok") {
      this.#ok++;
    } else {
      this.#failed++;
      this.#failures.set(failure, (this.#failures.get(failure) ?? 0) + 1);
    }
  }

  progress(at: number, parked: number = 0): Progress {
    const [oldest] = this.#requests.values();
    return {
      elapsed: at - this.#startedAt,
      ok: this.#ok,
      failed: this.#failed,
      failures: [...this.#failures].sort((a, b) => b[1] - a[1]),
      bytes: this.#bytes,
      running: this.running,
      rate: this.#rate.perSecond(at, this.#ok + this.#failed),
      slowest: oldest === undefined ? undefined : { url: oldest.url, age: at - oldest.since },
      parked,
      total: this.#total,
    };
  }
}
