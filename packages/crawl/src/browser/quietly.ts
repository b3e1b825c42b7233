/**
 * Lets a promise of the browser's go on by itself: it is bounded by the life of a page that is closed in any case, and what
 * it fails with says only that the page is gone.
 */
export function quietly(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => {});
}
