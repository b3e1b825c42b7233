import { userPlace } from "../ground/place.js";

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
const places = new WeakMap<object, string>();

/** Notes the line of the user's that has started `thing`. Only in debug mode. */
export function notePlace(thing: object): void {
  if (on) places.set(thing, userPlace());
}

/** Says of `thing` that it was started where `from` was. */
export function copyPlace(from: object, thing: object): void {
  const place = places.get(from);
  if (place !== undefined) places.set(thing, place);
}

export function placeOf(thing: object): string | undefined {
  return places.get(thing);
}

/** Says that `thing` goes on after the scope that it was started in (rule S8): a promise that nobody awaited. */
export function warnOfStray(thing: object, scopeName: string): void {
  const place = placeOf(thing);
  if (on && place !== undefined)
    console.warn(`heddle: work that ${scopeName} has left behind goes on, started at ${place}`);
}
