import { cancellable, isCancelled, moveOnAfter, shield } from "heddle";

/** How long a source may take to notice that nobody wants anything of it any more, in milliseconds. */
const GRACE = 1000;

/**
 * A source that can be left while it waits for its next item: lines of a terminal where nobody types, messages that do not
 * come. One that waits by Heddle's own means is cancelled, and its end is waited for; of one that waits for somebody else
 * nothing is heard, so it is left after a second, and told to close when it wakes up.
 */
export async function* leavableSource<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let isBusy = false;
  try {
    for (;;) {
      isBusy = true;
      const result = await nextOf(iterator);
      isBusy = false;
      if (result.done === true) {
        isBusy = true;
        return;
      }
      yield result.value;
    }
  } finally {
    // One that has thrown, or is done, is at its end.
    if (!isBusy) await iterator.return?.();
  }
}

async function nextOf<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const next = iterator.next();
  try {
    return await cancellable(next);
  } catch (error) {
    if (isCancelled(error)) await leave(iterator, next);
    throw error;
  }
}

async function leave<T>(iterator: AsyncIterator<T>, next: Promise<IteratorResult<T>>): Promise<void> {
  let isAwake = false;
  const awake = next.then(
    () => {
      isAwake = true;
    },
    () => {
      isAwake = true;
    },
  );
  await shield(() => moveOnAfter(GRACE, () => cancellable(awake)));
  const closed = iterator.return?.();
  // What a generator is told while it is busy it hears when it goes on.
  if (isAwake) await shield(async () => await closed);
  else closed?.catch(() => {});
}
