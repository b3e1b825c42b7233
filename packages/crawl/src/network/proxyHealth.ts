import { now } from "heddle";
import { Recent } from "./recent.js";

export interface ProxyHealthOptions {
  /** In milliseconds, both. */
  readonly cooldown: number;
  readonly maxCooldown: number;
  /** How many hosts are remembered. */
  readonly memory: number;
}

export interface Standing {
  readonly isReady: boolean;
  /** The moment at which it is. */
  readonly until: number;
}

/** What a proxy has to do with one host. */
export interface ProxyTrouble {
  readonly host: string;
  /** Rests in a row: each is twice as long as the one before. */
  readonly strikes: number;
  /** How long it still rests for this host, in milliseconds; 0 if it may be tried again. */
  readonly restsFor: number;
}

/** A row of failures: each makes the next rest twice as long. */
interface Row {
  strikes: number;
  restsUntil: number;
}

/** What is known of one proxy: of it as a whole, and with each host. */
export class ProxyHealth {
  ok = 0;
  blocked = 0;
  failed = 0;
  readonly #options: ProxyHealthOptions;
  readonly #whole: Row = { strikes: 0, restsUntil: 0 };
  readonly #hosts: Recent<string, Row>;
  /** Hosts for which it has failed since it last served one: two of them are hardly both down. */
  readonly #failedFor: Set<string> = new Set();

  constructor(options: ProxyHealthOptions) {
    this.#options = options;
    this.#hosts = new Recent(options.memory, () => {});
  }

  /** The moment until which it rests for all hosts. */
  get restsUntil(): number {
    return this.#whole.restsUntil;
  }

  standing(host: string): Standing {
    const until = Math.max(this.#whole.restsUntil, this.#hosts.peek(host)?.restsUntil ?? 0);
    return { isReady: until <= now(), until };
  }

  restingFor(): readonly string[] {
    const at = now();
    return this.#hosts.entries().flatMap(([host, { restsUntil }]) => (restsUntil > at ? [host] : []));
  }

  /** Hosts with which it has failed or was blocked since it last served them. */
  troubles(): readonly ProxyTrouble[] {
    const at = now();
    return this.#hosts.entries().map(([host, { strikes, restsUntil }]) => ({
      host,
      strikes,
      restsFor: Math.max(0, Math.round(restsUntil - at)),
    }));
  }

  report(host: string, outcome: "ok" | "blocked" | "proxyFailed"): void {
    if (outcome === "ok") {
      this.ok++;
      this.#hosts.delete(host);
      this.#serves();
      return;
    }
    this.#strike(this.#hosts.get(host, () => ({ strikes: 0, restsUntil: 0 })));
    if (outcome === "blocked") {
      // It got there: the host does not want it, and that is all.
      this.blocked++;
      this.#serves();
      return;
    }
    this.failed++;
    this.#failedFor.add(host);
    if (this.#failedFor.size >= 2) this.#strike(this.#whole);
  }

  #serves(): void {
    this.#failedFor.clear();
    this.#whole.strikes = 0;
    this.#whole.restsUntil = 0;
  }

  /** One step for each rest, and not for each of the requests that were under way when it began. */
  #strike(row: Row): void {
    const at = now();
    if (row.restsUntil > at) return;
    const { cooldown, maxCooldown } = this.#options;
    row.restsUntil = at + Math.min(maxCooldown, cooldown * 2 ** row.strikes);
    row.strikes++;
  }
}
