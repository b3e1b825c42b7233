import { Place } from "../ground/place.js";

/**
 * Debug mode costs a stack capture for each task and each wait. It is on with `HEDDLE_DEBUG=1` in the environment,
 * or after `setDebug(true)`.
 */
let on = process.env["HEDDLE_DEBUG"] === "1";

export function setDebug(enabled: boolean): boolean {
  const before = on;
  on = enabled;
  return before;
}

export function debugOn(): boolean {
  return on;
}

/** Where things were started that debug mode watches; kept beside the objects so that they stay small. */
const places = new WeakMap<object, Place>();

/** Notes the place at which `below` was called as the place where `thing` was started. Only in debug mode. */
export function notePlace(thing: object, below: (...args: never[]) => unknown): void {
  if (on) places.set(thing, new Place(below));
}

export function placeOf(thing: object): string | undefined {
  return places.get(thing)?.toString();
}
