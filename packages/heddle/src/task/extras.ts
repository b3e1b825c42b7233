import type { Link, List } from "../ground/link.js";
import type { Timer } from "../ground/timers.js";

/** What a scope must not be left with unnoticed: a lock that its task holds. `unlink()` unties it. */
export interface Tie extends Link {
  scopeLeft(): void;
}

/**
 * What few scopes have, kept apart so that the scope of a plain task stays small. It is the timer of the deadline as well.
 */
export class Extras implements Timer {
  prev: Link | null = null;
  next: Link | null = null;
  readonly #scope: { expire(): void };
  name: string | undefined = undefined;
  deadline: number = Infinity;
  controller: AbortController | undefined = undefined;
  ties: List<Tie> | undefined = undefined;
  locals: ReadonlyMap<object, unknown> | undefined = undefined;
  cancelledAt: number | undefined = undefined;

  constructor(scope: { expire(): void }) {
    this.#scope = scope;
  }

  fire(): void {
    this.#scope.expire();
  }
}
