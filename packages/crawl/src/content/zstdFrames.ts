/** A window of 8 MiB: what RFC 9659 allows for zstd in HTTP. A frame may ask for gigabytes. */
export const MAX_WINDOW_LOG = 23;

const MAX_WINDOW = 2 ** MAX_WINDOW_LOG;
const MAGIC = 0xfd2fb528;
const MAX_BLOCK = 128 * 1024;

export function zstdError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

type State = "header" | "block" | "skip";

/**
 * Follows the frames of a zstd stream (RFC 8878, 3.1) without decompressing, to refuse those that ask for too much
 * memory, and to know whether the stream is at an end:
 *
 *     header, block…, last block, check sum    (again and again)
 */
export class ZstdFrames {
  #state: State = "header";
  /** The bytes of a header that is not whole yet: of a frame 18 at most, of a block 3. */
  readonly #head: number[] = [];
  /** Bytes that are passed over before the next state. */
  #skip = 0;
  #after: State = "header";
  #hasChecksum = false;

  /** Whether a frame has just ended, or none has begun. */
  get isBetween(): boolean {
    return this.#state === "header" && this.#head.length === 0;
  }

  /**
   * Goes on through `bytes`, to the end of the frame at most. Returns how many of them belong to it.
   *
   * @throws an error with a code `ZSTD_error_…` for what is no zstd, or asks for too much memory
   */
  take(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - at);
        this.#skip -= step;
        at += step;
        if (this.#skip === 0) this.#state = this.#after;
      } else {
        this.#head.push(bytes[at++] as number);
        if (this.#state === "header") this.#header();
        else if (this.#head.length === 3) this.#block();
      }
      if (this.isBetween) break;
    }
    return at;
  }

  /** @throws an error with the code `Z_BUF_ERROR` unless a frame has just ended */
  end(): void {
    if (this.isBetween) return;
    throw zstdError("Z_BUF_ERROR", "Cannot undo zstd as the data ends too early");
  }

  #header(): void {
    const head = this.#head;
    if (head.length < 5) return;
    const magic = number(head, 0, 4);
    if (magic >>> 4 === 0x184d2a5) {
      if (head.length === 8) this.#go(number(head, 4, 4), "header");
      return;
    }
    if (magic !== MAGIC) throw zstdError("ZSTD_error_prefix_unknown", "Cannot undo zstd as the data is none");
    const flags = head[4] as number;
    const isSingle = (flags & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][flags & 3] as number;
    const sizeFlag = flags >>> 6;
    const sizeBytes = sizeFlag === 0 ? Number(isSingle) : 1 << sizeFlag;
    const sizeAt = 5 + Number(!isSingle) + dictionaryBytes;
    if (head.length < sizeAt + sizeBytes) return;
    const window = isSingle ? number(head, sizeAt, sizeBytes) : windowSize(head[5] as number);
    if (window > MAX_WINDOW) {
      throw zstdError(
        "ZSTD_error_frameParameter_windowTooLarge",
        `Cannot undo zstd as it wants more than ${MAX_WINDOW} bytes of memory: received ${window}`,
      );
    }
    this.#hasChecksum = (flags & 4) !== 0;
    this.#go(0, "block");
  }

  #block(): void {
    const header = number(this.#head, 0, 3);
    const isLast = (header & 1) !== 0;
    const isRepeated = ((header >>> 1) & 3) === 1;
    const size = header >>> 3;
    if (size > MAX_BLOCK) throw zstdError("ZSTD_error_corruption_detected", "Cannot undo zstd as a block is too large");
    const bytes = isRepeated ? 1 : size;
    if (!isLast) this.#go(bytes, "block");
    else this.#go(bytes + (this.#hasChecksum ? 4 : 0), "header");
  }

  #go(skip: number, after: State): void {
    this.#head.length = 0;
    this.#skip = skip;
    this.#after = after;
    this.#state = skip === 0 ? after : "skip";
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** A number of up to 8 bytes, the lowest first. Not exact beyond 2^53, where it is too large anyway. */
function number(bytes: readonly number[], from: number, length: number): number {
  let value = 0;
  for (let at = length - 1; at >= 0; at--) value = value * 256 + (bytes[from + at] as number);
  return value;
}
