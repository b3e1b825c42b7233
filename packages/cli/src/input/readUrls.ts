import { isCancelled } from "heddle";
import type { Input } from "./openInput.js";
import { cannotRead } from "./openInput.js";
import { readLines } from "./readLines.js";

/**
 * The URLs of the command line, then those of the files, one a line. Blank lines and lines that begin with `#` are
 * skipped. Nothing is checked here: a line that is no URL becomes a record that says so.
 *
 * If cancelled: throws `CancelledError` at once, and closes what it reads.
 *
 * @throws CannotReadError when a file fails while it is read
 */
export async function* readUrls(
  urls: readonly string[],
  inputs: readonly Input[],
): AsyncGenerator<string, void, undefined> {
  yield* urls;
  for (const input of inputs) yield* urlsIn(input);
}

async function* urlsIn(input: Input): AsyncGenerator<string, void, undefined> {
  try {
    for await (const line of readLines(input.stream())) {
      const url = line.trim();
      if (url !== "" && !url.startsWith("#")) yield url;
    }
  } catch (error) {
    throw isCancelled(error) ? error : cannotRead(input.name, error);
  }
}
