import { randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { shield } from "heddle";
import { throwIfCancelled } from "heddle/lowlevel";
import { checkOptions, invalid } from "../ground/check.js";
import { decodeBody } from "./decode.js";

export interface SaveBodyOptions {
  /** The content encodings of the body, in the order in which they were applied: `contentEncodings(header)`. Default none. */
  encodings?: readonly string[];
  /** The most bytes that may come over the wire, and the most that the file may have. Default no limit. */
  maxBytes?: number;
  /** How many times as large as what came over the wire the file may become, see `DecodeOptions`. Default 200. */
  maxRatio?: number;
}

export interface SavedBody {
  /** Of the file. */
  readonly bytes: number;
  /** What came over the wire. */
  readonly wireBytes: number;
}

/**
 * Writes a body to a file while it arrives, decompressed, and never holds more than a few pieces of it. The file is
 * there under its name when it is whole, not before; one that was there before is replaced then.
 *
 *     await saveBody(response.body, "dump.json", { encodings: ["gzip"], maxBytes: 2 ** 30 });
 *
 * If cancelled: throws `CancelledError`; nothing is left, and a file that was there before is as it was.
 *
 * @throws InvalidArgumentError; FetchError "too-large", "undecodable"; what `source`, zlib and the file system throw.
 *   Nothing is left then either
 */
export async function saveBody(
  source: AsyncIterable<Uint8Array>,
  path: string,
  options: SaveBodyOptions = {},
): Promise<SavedBody> {
  checkSave(source, path, options);
  const { encodings = [], maxBytes = Infinity, maxRatio } = options;
  let wireBytes = 0;
  const counted = tapped(source, (chunk) => {
    wireBytes += chunk.length;
  });
  const limits = maxRatio === undefined ? { maxBytes } : { maxBytes, maxRatio };
  const body = decodeBody(counted, encodings, limits);
  // In the same folder, as only there a rename is one step.
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  const file = await open(partial, "wx");
  let isWhole = false;
  try {
    const bytes = await writeAll(body, file);
    await file.close();
    await rename(partial, path);
    isWhole = true;
    return { bytes, wireBytes };
  } finally {
    if (!isWhole) await shield(() => discard(file, partial));
  }
}

async function writeAll(body: AsyncIterable<Uint8Array>, file: FileHandle): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) {
    throwIfCancelled();
    await file.writeFile(chunk);
    bytes += chunk.length;
  }
  throwIfCancelled();
  return bytes;
}

/** What went wrong before is what is told, not that the rest could not be cleared away. */
async function discard(file: FileHandle, partial: string): Promise<void> {
  await file.close().catch(() => {});
  await unlink(partial).catch(() => {});
}

async function* tapped(
  source: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    see(chunk);
    yield chunk;
  }
}

function checkSave(source: unknown, path: unknown, options: SaveBodyOptions): void {
  const doing = "save a body";
  if (typeof (source as AsyncIterable<unknown> | null)?.[Symbol.asyncIterator] !== "function") {
    throw invalid(doing, "the body must be an async iterable of bytes", source);
  }
  if (typeof path !== "string" || path === "")
    throw invalid(doing, "the path must be a string that is not empty", path);
  checkOptions(doing, options, ["encodings", "maxBytes", "maxRatio"]);
  const { encodings } = options;
  if (encodings !== undefined && !(Array.isArray(encodings) && encodings.every((each) => typeof each === "string"))) {
    throw invalid(doing, "encodings must be an array of strings", encodings);
  }
}
