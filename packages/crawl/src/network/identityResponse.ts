import { cancellable } from "heddle";
import { throwIfCancelled } from "heddle/lowlevel";
import type { ResponseHeaders, TransportResponse } from "../ground/transport.js";
import { identityError } from "./identityError.js";
import type { BodyReader, NativeResponse } from "./identityLibrary.js";

/** An answer of the library's, in the terms of the contract. */
export class IdentityResponse implements TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly #reader: BodyReader | undefined;
  readonly #over: (wasWanted: boolean) => void;
  #state: "open" | "ended" | "closed";

  /** `over` is called once, when the answer is over: read to its end, or given up. */
  constructor(native: NativeResponse, over: (wasWanted: boolean) => void) {
    this.status = native.status;
    this.headers = headersOf(native.headers.toTuples());
    this.#reader = native.body?.getReader();
    this.#over = over;
    // A body that is all there keeps no connection.
    this.#state = native.inlineBody instanceof Uint8Array ? "ended" : "open";
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#chunks();
  }

  close(): void {
    if (this.#state === "closed") return;
    const wasWanted = this.#state === "ended";
    this.#state = "closed";
    this.#reader?.cancel().catch(() => {});
    this.#over(wasWanted);
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const { done, value } = await this.#next();
      if (done) {
        if (this.#state === "open") this.#state = "ended";
        this.#over(this.#state === "ended");
        return;
      }
      if (value !== undefined) yield value;
    }
  }

  async #next(): Promise<{ done: boolean; value?: Uint8Array | undefined }> {
    if (this.#reader === undefined) return { done: true };
    try {
      return await cancellable(this.#reader.read());
    } catch (error) {
      this.close();
      throwIfCancelled();
      throw identityError(error, "body");
    }
  }
}

function headersOf(tuples: readonly [string, string][]): ResponseHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const [given, value] of tuples) {
    const name = given.toLowerCase();
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else headers[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return headers;
}
