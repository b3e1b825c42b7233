import { now, sleep } from "heddle";
import type { ResponseHeaders, Transport, TransportRequest, TransportResponse } from "../../src/index.js";

export interface FakeReply {
  status?: number;
  headers?: ResponseHeaders;
  /** Pieces of the body. */
  body?: readonly string[];
  /** Milliseconds before the headers, and before each piece of the body. `Infinity` for never. */
  delay?: number;
  pause?: number;
  /** Thrown in place of an answer, after the delay. */
  error?: Error;
}

/** A request as it came, with the moment of the run's clock. */
export interface FakeRequest extends TransportRequest {
  readonly url: string;
  readonly host: string;
  readonly at: number;
}

/** A network without sockets, for virtual time: it knows how many requests are under way. */
export class FakeTransport implements Transport {
  readonly log: FakeRequest[] = [];
  active = 0;
  mostActive = 0;
  readonly mostActiveAt: Map<string, number> = new Map();
  closed = false;
  readonly #reply: (request: FakeRequest, hit: number) => FakeReply;
  readonly #activeAt: Map<string, number> = new Map();
  readonly #hits: Map<string, number> = new Map();

  constructor(reply: (request: FakeRequest, hit: number) => FakeReply) {
    this.#reply = reply;
  }

  async request(url: URL, options: TransportRequest): Promise<TransportResponse> {
    const request: FakeRequest = { ...options, url: url.href, host: url.host, at: now() };
    const hit = (this.#hits.get(url.href) ?? 0) + 1;
    this.#hits.set(url.href, hit);
    this.log.push(request);
    this.#count(url.host, 1);
    const { status = 200, headers = { "content-type": "text/html" }, body = [], ...rest } = this.#reply(request, hit);
    const { delay = 0, pause = 0, error } = rest;
    try {
      await sleep(delay);
      if (error !== undefined) throw error;
    } catch (thrown) {
      this.#count(url.host, -1);
      throw thrown;
    }
    let isOpen = true;
    return {
      status,
      headers,
      body: pieces(body, pause),
      close: () => {
        if (isOpen) this.#count(url.host, -1);
        isOpen = false;
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** The URLs in the order in which they were asked for. */
  get urls(): string[] {
    return this.log.map(({ url }) => url);
  }

  #count(host: string, change: number): void {
    const there = (this.#activeAt.get(host) ?? 0) + change;
    this.active += change;
    this.#activeAt.set(host, there);
    this.mostActive = Math.max(this.mostActive, this.active);
    this.mostActiveAt.set(host, Math.max(this.mostActiveAt.get(host) ?? 0, there));
  }
}

async function* pieces(body: readonly string[], pause: number): AsyncGenerator<Uint8Array> {
  for (const piece of body) {
    if (pause > 0) await sleep(pause);
    yield Buffer.from(piece);
  }
}

/** An error as Node makes them. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`something ${code}`), { code });
}
