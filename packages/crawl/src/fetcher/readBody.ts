import { contentEncodings, decodeBody, tooLarge } from "../content/decode.js";
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
export async function readBody(response: TransportResponse, options: ReadBodyOptions): Promise<Uint8Array> {
  const { maxBytes, alive, tally } = options;
  if (Number(headerOf(response.headers, "content-length")) > maxBytes) throw tooLarge(maxBytes);
  const encodings = contentEncodings(listHeaderOf(response.headers, "content-encoding"));
  const chunks: Uint8Array[] = [];
  const arrived = (chunk: Uint8Array): void => {
    tally.wireBytes += chunk.length;
    alive();
  };
  const kept = (chunk: Uint8Array): void => {
    tally.bytes += chunk.length;
    if (tally.bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  };
  if (encodings.length === 0) {
    for await (const chunk of response.body) {
      arrived(chunk);
      kept(chunk);
    }
  } else {
    for await (const chunk of decodeBody(watched(response.body, arrived), encodings, { maxBytes })) kept(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
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
export async function drain(response: TransportResponse): Promise<void> {
  if (Number(headerOf(response.headers, "content-length")) > WORTH_READING) return;
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > WORTH_READING) return;
    }
  } catch {
    // Where it leads is known. A cancellation from outside is thrown again by the next wait.
  }
}

async function* watched(
  source: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    see(chunk);
    yield chunk;
  }
}
