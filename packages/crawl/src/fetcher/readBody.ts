import { contentEncodings, decodeBody, tooLarge } from "../content/decode.js";
import { decodeAtOnce, SMALL_BODY } from "../content/decodeAtOnce.js";
import { joined } from "../content/joined.js";
import type { TransportResponse } from "../ground/transport.js";
import { headerOf, listHeaderOf } from "../ground/transport.js";

export interface ReadBodyOptions {
  /** The most bytes that may come over the wire, and the most that they may decompress to. */
  maxBytes: number;
  /** Called whenever bytes have come. */
  alive: () => void;
  /** Where the bytes are counted, after decompression and before, also those of a body that fails. */
  tally: { bytes: number; wireBytes: number };
}

/**
 * The whole body of an answer, decompressed.
 *
 * If cancelled: throws `CancelledError`; what was read is lost.
 *
 * @throws FetchError "too-large" (before anything is read, if the server says so) or "undecodable"; what the
 *   transport or zlib throws
 */
export function readBody(response: TransportResponse, options: ReadBodyOptions): Promise<Uint8Array> {
  const { maxBytes } = options;
  const { headers } = response;
  if (Number(headerOf(headers, "content-length")) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  const encodings = contentEncodings(listHeaderOf(headers, "content-encoding"));
  const body = new Body(options);
  if (encodings.length > 0) return decoded(response, encodings, body).then(() => body.whole());
  if (response.collect === undefined) return plain(response, body).then(() => body.whole());
  return response.collect((chunk) => body.came(chunk)).then(() => body.whole());
}

async function plain(response: TransportResponse, body: Body): Promise<void> {
  for await (const chunk of response.body) body.came(chunk);
}

/** What of a body is there already. */
class Body {
  readonly maxBytes: number;
  readonly #options: ReadBodyOptions;
  readonly #chunks: Uint8Array[] = [];

  constructor(options: ReadBodyOptions) {
    this.#options = options;
    this.maxBytes = options.maxBytes;
  }

  /** A piece that is not compressed. */
  came(chunk: Uint8Array): void {
    this.arrived(chunk);
    this.kept(chunk);
  }

  arrived(chunk: Uint8Array): void {
    const { tally, alive } = this.#options;
    tally.wireBytes += chunk.length;
    alive();
  }

  kept(chunk: Uint8Array): void {
    const { tally, maxBytes } = this.#options;
    tally.bytes += chunk.length;
    if (tally.bytes > maxBytes) throw tooLarge(maxBytes);
    this.#chunks.push(chunk);
  }

  whole(): Uint8Array {
    return joined(this.#chunks);
  }
}

/** Small bodies are decompressed when they are whole, others while they come. */
async function decoded(response: TransportResponse, encodings: readonly string[], body: Body): Promise<void> {
  const iterator = response.body[Symbol.asyncIterator]();
  const [encoding] = encodings;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (encodings.length === 1 && encoding !== undefined && bytes <= Math.min(SMALL_BODY, body.maxBytes)) {
    const { value, done } = await iterator.next();
    if (done === true) {
      const text = decodeAtOnce(joined(chunks), encoding);
      if (text === undefined) break;
      body.kept(text);
      return;
    }
    body.arrived(value);
    bytes += value.length;
    chunks.push(value);
  }
  const source = continued(chunks, iterator, body);
  for await (const chunk of decodeBody(source, encodings, { maxBytes: body.maxBytes })) body.kept(chunk);
}

/** What has come already, and then the rest. */
async function* continued(
  chunks: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  body: Body,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
  for await (const chunk of { [Symbol.asyncIterator]: () => iterator }) {
    body.arrived(chunk);
    yield chunk;
  }
}

/**
 * A body that nobody wants, but that is worth reading: a connection with nothing left on it can be used
 * again.
 */
const WORTH_READING = 64 * 1024;

/**
 * Reads the body of a redirect and drops it; a large one is left to `close()`. A failure of it is nobody's
 * concern.
 */
export async function drain(response: TransportResponse): Promise<null> {
  if (Number(headerOf(response.headers, "content-length")) > WORTH_READING) return null;
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > WORTH_READING) return null;
    }
  } catch {
    // Where it leads is known. A cancellation from outside is thrown again by the next wait.
  }
  return null;
}
