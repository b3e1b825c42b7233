import CachePolicy from "http-cache-semantics";
import type { CacheControl } from "./cacheControl.js";
import { cacheControl } from "./cacheControl.js";

/** What freshness depends on: of an answer, and of the request that it was given to. */
export interface FreshnessFacts {
  readonly status: number;
  /** With names in lower case; fields that came several times are joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the request left, in milliseconds since 1970: what an answer's age is counted from is never later. */
  readonly requestedAt: number;
  readonly hadAuthorization: boolean;
  readonly setsCookies: boolean;
  /** Whether others than the one who asked may get it. */
  readonly isShared: boolean;
}

/**
 * How old an answer is and how long it is fresh, by RFC 9111, section 4.2. The arithmetic is http-cache-semantics'; what
 * it needs to know of the request is kept here, so that no header with a secret has to be stored.
 */
export class CacheFreshness {
  readonly control: CacheControl;
  readonly #facts: FreshnessFacts;
  readonly #policy: CachePolicy;

  /** `now` is in milliseconds since 1970. */
  constructor(facts: FreshnessFacts, now: number) {
    const { status, headers, requestedAt, hadAuthorization, setsCookies, isShared } = facts;
    this.#facts = facts;
    this.control = cacheControl(headers["cache-control"], headers["pragma"]);
    const policy = CachePolicy.fromObject({
      v: 1,
      t: requestedAt,
      sh: isShared,
      ch: 0.1,
      imm: 86_400_000,
      st: status,
      resh: setsCookies ? { ...headers, "set-cookie": "present" } : { ...headers },
      // It takes a number without a value for none, as it should; its types know strings only.
      rescc: { ...this.control } as Record<string, string>,
      m: "GET",
      a: !hadAuthorization,
      reqh: null,
      reqcc: {},
    });
    // It reads the system's clock, unless this is replaced.
    this.#policy = Object.assign(policy, { now: () => now });
  }

  /** Whether RFC 9111, section 3, lets it be stored. */
  get isStorable(): boolean {
    return this.#policy.storable();
  }

  /** In milliseconds. */
  get age(): number {
    return Math.max(0, this.#policy.age() * 1000);
  }

  /** How old it may be and still be fresh, in milliseconds. */
  get lifetime(): number {
    return this.#policy.maxAge() * 1000;
  }

  get isFresh(): boolean {
    return this.age < this.lifetime;
  }

  /** For how long it has not been fresh any more, in milliseconds. */
  get staleness(): number {
    return Math.max(0, this.age - this.lifetime);
  }

  /** Whether it must never be used without asking once it is stale (RFC 9111, section 4.2.4). */
  get mustRevalidate(): boolean {
    const { control } = this;
    if ("must-revalidate" in control || "no-cache" in control) return true;
    return this.#facts.isShared && ("proxy-revalidate" in control || "s-maxage" in control);
  }
}
