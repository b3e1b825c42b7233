import { isText } from "../content/contentType.js";
import { contentEncodings, decodeBody, tooLarge } from "../content/decode.js";
import { joined } from "../content/joined.js";
import { PartialFile } from "../content/partialFile.js";
import type { TransportResponse } from "../ground/transport.js";
import { headerOf, listHeaderOf } from "../ground/transport.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";

/** Texts up to this size are kept in memory, wherever else they go: so there is something to judge, and to be read. */
const IN_MEMORY: number = FETCH_DEFAULTS.maxBytes;

/** Of larger ones so much, to be judged by. */
const HEAD = 256 * 1024;

export interface DivertBodyOptions {
  readonly folder: string;
  /** The most bytes that may come over the wire, and the most that the body may have. */
  readonly maxBytes: number;
  /** Called whenever bytes have come, or were written. */
  readonly alive: () => void;
  /** Where the bytes are counted, after decompression and before, also those of a body that fails. */
  readonly tally: { bytes: number; wireBytes: number };
  /** Is given every file that is begun: whoever gave this removes those that nobody wants in the end. */
  readonly own: (file: PartialFile) => void;
}

/** A body where it is: in memory, or in a file. */
export type Diverted =
  | { readonly body: Uint8Array; readonly file: null; readonly head: null }
  | { readonly body: null; readonly file: PartialFile; readonly head: Uint8Array };

/**
 * The whole body of an answer, decompressed: what is no text, or a large one, goes to a file while it comes, and no more than a
 * few pieces of it are ever in memory. Who writes slowly is sent to slowly.
 *
 * If cancelled: throws `CancelledError`; what was written is with `own`.
 *
 * @throws FetchError "too-large" (before anything is read, if the server says so) or "undecodable"; SaveError; what the
 *   transport or zlib throws
 */
export async function divertBody(response: TransportResponse, options: DivertBodyOptions): Promise<Diverted> {
  const { folder, maxBytes, alive, tally, own } = options;
  const { headers } = response;
  if (Number(headerOf(headers, "content-length")) > maxBytes) throw tooLarge(maxBytes);
  const contentType = headerOf(headers, "content-type");
  const encodings = contentEncodings(listHeaderOf(headers, "content-encoding"));
  const chunks: Uint8Array[] = [];
  let file: PartialFile | undefined;
  for await (const chunk of decodeBody(counted(response.body, tally, alive), encodings, { maxBytes })) {
    const isFirst = tally.bytes === 0;
    tally.bytes += chunk.length;
    if (file === undefined) {
      chunks.push(chunk);
      // What is no text is known by its first piece.
      if (tally.bytes <= IN_MEMORY && !(isFirst && !isText(contentType, chunk))) continue;
      file = await PartialFile.open(folder);
      own(file);
      for (const each of chunks) await file.write(each);
    } else {
      await file.write(chunk);
    }
    alive();
    cut(chunks, HEAD);
  }
  const kept = joined(chunks);
  return file === undefined ? { body: kept, file: null, head: null } : { body: null, file, head: kept };
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  tally: { wireBytes: number },
  alive: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    tally.wireBytes += chunk.length;
    alive();
    yield chunk;
  }
}

/** Leaves of some pieces no more than the first bytes. */
function cut(chunks: Uint8Array[], most: number): void {
  let room = most;
  let at = 0;
  for (; at < chunks.length && room > 0; at++) {
    const chunk = chunks[at] as Uint8Array;
    // A copy: a part of a larger buffer would keep all of it.
    if (chunk.length > room) chunks[at] = Uint8Array.prototype.slice.call(chunk, 0, room);
    room -= Math.min(room, chunk.length);
  }
  chunks.length = at;
}
