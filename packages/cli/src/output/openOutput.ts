import { open, realpath } from "node:fs/promises";
import { CannotWriteError, UsageError } from "../errors.js";
import { cannotWrite } from "./bodyFiles.js";
import type { LineWriterOptions } from "./lineWriter.js";
import { LineWriter } from "./lineWriter.js";

/** Where the records go. */
export interface Output {
  readonly writer: LineWriter;
  /** Waits until all is written, and closes a file. If cancelled: throws `CancelledError`; what is written stays. */
  close(): Promise<void>;
  /** @throws CannotWriteError if something could not be written, unless that was since nobody reads any more */
  check(): void;
}

/**
 * Opens a file for the records, which is emptied if it is there; `-` is the standard output.
 *
 * @throws CannotWriteError when it cannot be written
 * @throws UsageError when it is also a file that is to be read
 */
export async function openOutput(
  path: string,
  options: LineWriterOptions & { inputs: readonly string[] },
): Promise<Output> {
  if (path === "-") return outputTo(new LineWriter(process.stdout, options), "the standard output");
  await refuseInputs(path, options.inputs);
  try {
    const handle = await open(path, "w");
    const stream = handle.createWriteStream();
    const output = outputTo(new LineWriter(stream, options), path);
    return { ...output, close: () => output.writer.end() };
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function outputTo(writer: LineWriter, name: string): Output {
  return {
    writer,
    close: () => writer.flush(),
    check(): void {
      const { failure } = writer;
      if (failure === null || writer.readerIsGone) return;
      throw failure instanceof CannotWriteError ? failure : cannotWrite(name, failure);
    },
  };
}

/** Emptying the list of URLs before it is read would lose it. */
async function refuseInputs(path: string, inputs: readonly string[]): Promise<void> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return;
  for (const input of inputs) {
    if (input === "-" || (await realpath(input).catch(() => undefined)) !== target) continue;
    throw new UsageError(`Cannot set --output as the URLs are read from this file: received ${JSON.stringify(path)}`);
  }
}
