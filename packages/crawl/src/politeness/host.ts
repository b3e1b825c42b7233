import { now, Semaphore } from "heddle";
import { AdaptiveLimit } from "./adaptiveLimit.js";
import type { Parked } from "./parkedHosts.js";

/** The rules that hold for every host. */
export interface HostRules {
  readonly perHost: number;
  readonly delay: number;
  readonly adaptive: boolean;
}

/** What is known of a host that is asked, or was a short while ago. */
export class Host implements Parked {
  readonly name: string;
  readonly rules: HostRules;
  /** A place for each request that may be under way. */
  readonly places: Semaphore;
  readonly limit: AdaptiveLimit;
  /** Requests under way, and pages that wait to make one. */
  users = 0;
  /** Requests under way. */
  active = 0;
  /** The moment from which the host may be asked again after a refusal. */
  openAt = 0;
  /** Why it is parked, in words that go on from "as". */
  because = "";
  /** Counts the times it was parked. A request remembers the count at which it left. */
  incident = 0;
  /** The times in a row, with no answer let through between. */
  strikes = 0;
  /** The moment at which the last request left. */
  startedAt: number = -Infinity;
  /** What its robots.txt asks for, in milliseconds. */
  crawlDelay = 0;

  constructor(name: string, rules: HostRules) {
    this.name = name;
    this.rules = rules;
    this.places = new Semaphore(rules.perHost);
    this.limit = new AdaptiveLimit(rules.perHost);
  }

  /** The time from the start of a request to that of the next one, in milliseconds. */
  get spacing(): number {
    return Math.max(this.rules.delay, this.crawlDelay, this.limit.pause);
  }

  /** The moment from which the next request may start. */
  get readyAt(): number {
    return Math.max(this.openAt, this.startedAt + this.spacing);
  }

  /** How many requests it gets at a time now. */
  get concurrency(): number {
    // One goes ahead after a refusal; and who asks for a pause between requests does not want two at once.
    return this.strikes > 0 || this.crawlDelay > 0 ? 1 : this.limit.concurrency;
  }

  get isFull(): boolean {
    return this.active >= this.concurrency;
  }

  /** True when something would be lost if it were forgotten as soon as nobody asks it any more. */
  get isWorthKeeping(): boolean {
    return this.strikes > 0 || this.limit.hasLearned || this.readyAt > now();
  }

  /** To be called after every change of what `concurrency` is made of. */
  adjust(): void {
    if (this.places.size !== this.concurrency) this.places.resize(this.concurrency);
  }
}
