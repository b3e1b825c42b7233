import { Future } from "heddle";

/** What an inspector says: the answer to a call, or, without a number, something that was not asked for. */
export interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Calls that an inspector has not answered yet, by their numbers. */
export class PendingCalls {
  readonly #pending = new Map<number, Future<unknown>>();
  readonly #errorOf: (message: string) => Error;
  #lastId = 0;

  /** @param errorOf makes an error of what the inspector says in place of a result */
  constructor(errorOf: (message: string) => Error) {
    this.#errorOf = errorOf;
  }

  /** To be forgotten when nobody waits for the answer any more. */
  add(): { readonly id: number; readonly answer: Future<unknown> } {
    const id = ++this.#lastId;
    const answer = new Future<unknown>({ reportUnawaited: false });
    this.#pending.set(id, answer);
    return { id, answer };
  }

  forget(id: number): void {
    this.#pending.delete(id);
  }

  receive({ id, result, error }: Answer): void {
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (pending === undefined || pending.done) return;
    if (error === undefined) pending.setResult(result);
    else pending.setError(this.#errorOf(error.message));
  }

  failAll(error: Error): void {
    for (const pending of this.#pending.values()) if (!pending.done) pending.setError(error);
  }
}
