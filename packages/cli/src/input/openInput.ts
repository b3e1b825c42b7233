import { close, createReadStream, fstat, open } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { cancellable, isCancelled } from "heddle";
import { CannotReadError, systemReason } from "../errors.js";

/** Something to read URLs from. It is open; nothing was read from it yet. */
export interface Input {
  /** What messages call it. */
  readonly name: string;
  /** Its bytes. To be called once; whoever reads the stream closes it. */
  readonly stream: () => Readable;
}

/**
 * Opens a file of URLs; `-` is the standard input.
 *
 * If cancelled: throws `CancelledError`.
 *
 * @throws CannotReadError when it is not there, or is a folder, or is forbidden
 */
export async function openInput(path: string): Promise<Input> {
  if (path === "-") return { name: "-", stream: () => process.stdin };
  try {
    const fd = await cancellable(promisify(open)(path, "r"));
    const stat = await promisify(fstat)(fd);
    if (stat.isDirectory()) {
      await promisify(close)(fd);
      throw Object.assign(new Error("a folder"), { code: "EISDIR" });
    }
    // A pipe that nobody writes to would hold a thread in its read, and the process with it: a socket just waits.
    if (stat.isFIFO()) return { name: path, stream: () => new Socket({ fd, readable: true, writable: false }) };
    return { name: path, stream: () => createReadStream("", { fd }) };
  } catch (error) {
    throw isCancelled(error) ? error : cannotRead(path, error);
  }
}

export function cannotRead(name: string, error: unknown): CannotReadError {
  return new CannotReadError(`Cannot read URLs as ${systemReason(error)}: received ${JSON.stringify(name)}`, {
    cause: error,
  });
}
