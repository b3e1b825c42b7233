import { throwIfCancelled } from "heddle/lowlevel";
import type { RenderResult } from "../ground/render.js";
import type { ResponseHeaders, TransportResponse } from "../ground/transport.js";

export interface AnswerParts {
  status: number;
  headers: ResponseHeaders;
  body: Uint8Array;
  finalUrl: string;
  remoteAddress: string | undefined;
  rendered: RenderResult;
}

/** What was rendered, in the shape of an answer: all of it is there already. */
export class RenderedAnswer implements TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly finalUrl: string;
  readonly remoteAddress: string | undefined;
  readonly rendered: RenderResult;
  #body: Uint8Array;

  constructor(parts: AnswerParts) {
    this.status = parts.status;
    this.headers = parts.headers;
    this.finalUrl = parts.finalUrl;
    this.remoteAddress = parts.remoteAddress;
    this.rendered = parts.rendered;
    this.#body = parts.body;
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#chunks();
  }

  close(): void {
    this.#body = new Uint8Array();
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    throwIfCancelled();
    if (this.#body.length > 0) yield this.#body;
  }
}
