import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { cancellable } from "heddle";

/** A line is cut off here: what is longer is no URL, and a file without line ends must not fill the memory. */
const LONGEST_LINE = 65_536;

/**
 * The lines of a text, as they come in: without their ends, CRLF or LF, and without a byte order mark. UTF-8, or UTF-16
 * where a byte order mark says so. Only what the consumer asks for is read. Leaving the loop closes the stream.
 *
 * If cancelled: throws `CancelledError` at once, and closes the stream.
 *
 * @throws what the stream fails with
 */
export async function* readLines(stream: Readable): AsyncGenerator<string, void, undefined> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let decoder: TextDecoder | undefined;
  let rest = "";
  try {
    for (;;) {
      const { value: chunk, done } = await cancellable(chunks.next());
      decoder ??= decoderFor(chunk);
      rest += done === true ? decoder.decode() : decoder.decode(chunk, { stream: true });
      const lines = rest.split("\n");
      rest = done === true ? "" : (lines.pop() as string).slice(0, LONGEST_LINE);
      for (const line of lines) {
        if (done === true && line === "") break;
        yield withoutReturn(line);
      }
      if (done === true) return;
    }
  } finally {
    stream.destroy();
  }
}

function decoderFor(start: Buffer | undefined): TextDecoder {
  const mark = start?.subarray(0, 2).toString("hex");
  if (mark === "fffe") return new TextDecoder("utf-16le");
  return new TextDecoder(mark === "feff" ? "utf-16be" : "utf-8");
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
