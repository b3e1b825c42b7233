import { ledger } from "../ground/ledger.js";
import type { Scope } from "./scope.js";

/**
 * Cancels scopes when an `AbortSignal` of somebody else's fires. A signal gets one listener from us, however many
 * scopes follow it, and loses it when the last of them is left.
 */
class Follower {
  readonly #signal: AbortSignal;
  readonly #scopes = new Set<Scope>();
  readonly #listener = (): void => this.#fired();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(scope: Scope): void {
    if (this.#scopes.size === 0) {
      this.#signal.addEventListener("abort", this.#listener);
      ledger?.opened(this, "a listener on a foreign AbortSignal");
    }
    this.#scopes.add(scope);
  }

  remove(scope: Scope): void {
    this.#scopes.delete(scope);
    if (this.#scopes.size > 0) return;
    this.#signal.removeEventListener("abort", this.#listener);
    ledger?.closed(this);
    followers.delete(this.#signal);
  }

  #fired(): void {
    // Anybody can dispatch an event called "abort" at a signal that was not aborted.
    if (!this.#signal.aborted) return;
    for (const scope of [...this.#scopes]) scope.cancel(this.#signal.reason);
  }
}

const followers = new WeakMap<AbortSignal, Follower>();

/** Cancels `scope` when `signal` fires, at once if it has fired. Returns the function that ends this. */
export function follow(signal: AbortSignal | undefined, scope: Scope): () => void {
  if (signal === undefined) return nothing;
  if (signal.aborted) {
    scope.cancel(signal.reason);
    return nothing;
  }
  let follower = followers.get(signal);
  if (follower === undefined) {
    follower = new Follower(signal);
    followers.set(signal, follower);
  }
  follower.add(scope);
  return () => follower.remove(scope);
}

function nothing(): void {}
