import { throwIfCancelled } from "heddle/lowlevel";
import type { Dispatcher } from "undici";
import type { ResponseHeaders, TransportResponse } from "../ground/transport.js";

/** An answer of undici's, in the terms of the contract. */
export class UndiciResponse implements TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly #body: Dispatcher.ResponseData["body"];
  readonly #watch: Disposable;

  constructor(data: Dispatcher.ResponseData, watch: Disposable) {
    this.status = data.statusCode;
    this.headers = data.headers;
    this.#body = data.body;
    this.#watch = watch;
    // A body that is given up emits an error, which without a listener would end the process.
    data.body.on("error", () => {});
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#chunks();
  }

  close(): void {
    this.#watch[Symbol.dispose]();
    this.#body.destroy();
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.#body) yield chunk as Uint8Array;
    } catch (error) {
      throwIfCancelled();
      // 204 and 304 have no body; the length that a 304 may name is that of the page, and undici waits for it.
      if ((this.status === 204 || this.status === 304) && isLengthMismatch(error)) return;
      throw error;
    }
  }
}

function isLengthMismatch(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";
}
