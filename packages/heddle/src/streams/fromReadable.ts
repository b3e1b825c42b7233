import type { Readable } from "node:stream";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { shield } from "../groups/shield.js";
import { cancellable } from "../primitives/cancellable.js";
import { currentScope } from "../task/current.js";

/**
 * The chunks of a Node stream. Unlike the stream's own iterator this one stops waiting for data when it is cancelled, and
 * leaving the loop early not only destroys the stream but waits until it is closed.
 *
 *     for await (const chunk of fromReadable(socket)) …
 *
 * A stream that has ended is left to itself: the other half of a socket may still be written to.
 *
 * If cancelled: the stream is destroyed, and when it is closed it throws `CancelledError`.
 *
 * @throws the error of the stream
 */
export function fromReadable<T = Buffer>(readable: Readable): AsyncIterableIterator<T, void, undefined> {
  if (typeof readable?.iterator !== "function" || typeof readable.destroy !== "function") {
    throw new InvalidArgumentError(
      `Cannot iterate over a stream as a Readable of node:stream is needed: received ${describe(readable)}`,
    );
  }
  return chunks(readable);
}

async function* chunks<T>(readable: Readable): AsyncGenerator<T, void, undefined> {
  const iterator = readable.iterator({ destroyOnReturn: false }) as AsyncIterator<T, void>;
  let atEnd = false;
  try {
    for (;;) {
      const result = await cancellable(iterator.next());
      atEnd = result.done === true;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    if (!atEnd) {
      // Takes the iterator's listeners off; one that is asked for a chunk will answer when the stream is closed.
      iterator.return?.().catch(() => {});
      await shield(() => closed(readable));
    }
  }
}

/** Destroys the stream, and waits until it has let go of what it holds. Nobody but the run is left to hear of its errors. */
function closed(readable: Readable & { _readableState?: { emitClose?: boolean } }): Promise<void> {
  return new Promise((resolve) => {
    const { runtime } = currentScope();
    const wasClosed = readable.closed;
    const failed = (error: unknown): void => runtime.report(error, null);
    const done = (): void => {
      readable.off("error", failed);
      resolve();
    };
    readable.on("error", failed);
    readable.destroy();
    // A stream that was told not to emit "close" cannot be waited for.
    if (wasClosed || readable._readableState?.emitClose === false) done();
    else readable.once("close", done);
  });
}
