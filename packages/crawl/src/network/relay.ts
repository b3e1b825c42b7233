import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { cancellable } from "heddle";

/**
 * Passes bytes both ways until both sides have ended. A side that breaks breaks the other in the same manner, so that
 * nobody takes a cut for an end.
 *
 * If cancelled: throws `CancelledError`; both are destroyed.
 */
export async function relay(one: Duplex, other: Duplex): Promise<void> {
  try {
    bindFate(one, other);
    bindFate(other, one);
    one.pipe(other);
    other.pipe(one);
    await cancellable(Promise.all([closed(one), closed(other)]));
  } finally {
    one.destroy();
    other.destroy();
  }
}

function bindFate(one: Duplex, other: Duplex): void {
  one.on("error", () => cut(other));
  one.on("close", () => {
    if (!one.readableEnded) cut(other);
  });
}

function cut(stream: Duplex): void {
  if (stream.destroyed) return;
  if (stream instanceof Socket && stream.constructor === Socket) stream.resetAndDestroy();
  else stream.destroy();
}

export function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once("close", () => resolve());
  });
}
