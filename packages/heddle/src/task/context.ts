import type { AsyncLocalStorage } from "node:async_hooks";
import { AsyncResource } from "node:async_hooks";

/**
 * From version 24 on Node keeps what all AsyncLocalStorages hold in a map, the frame, and every change of one storage makes
 * a copy of it. `storage.run()` makes two: on the way in, and on the way out. An `AsyncResource` remembers the frame in which
 * it was made and brings back the one before without a copy; what is entered inside is not seen outside. That leaves one.
 */
export const framesAreCopied: boolean =
  !("bun" in process.versions) && !("deno" in process.versions) && Number.parseInt(process.versions.node, 10) >= 24;

/**
 * What to run a function in, to change `storage` for it and nothing else. To copy a map costs three times as much as to make
 * one, so where the frame holds nothing but `storage` the function is run outside of it. This looks at how Node is made
 * inside, as there is no other way to ask; where it is made otherwise the frame is copied.
 */
export function contextHere(storage: AsyncLocalStorage<unknown>): AsyncResource {
  const here = new AsyncResource("HeddleScope");
  const frame = frameOf(here);
  return frame instanceof Map && frame.size === 1 && frame.has(storage) && outside !== null ? outside : here;
}

const load = new AsyncResource("HeddleScope");
const FRAME = Object.getOwnPropertySymbols(load).find(({ description }) => description === "context_frame");
/** No frame at all. There is one around when the library is loaded in the middle of a request. */
const outside: AsyncResource | null = FRAME !== undefined && frameOf(load) === undefined ? load : null;

function frameOf(resource: AsyncResource): unknown {
  return FRAME === undefined ? null : (resource as unknown as Record<symbol, unknown>)[FRAME];
}
