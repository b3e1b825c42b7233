import { isUsers, userPlaces } from "../ground/place.js";
import { watchable } from "./watchable.js";

/**
 * Debug mode costs a stack capture for each task and each wait. It is on with `HEDDLE_DEBUG=1` in the environment,
 * or after `setDebug(true)`. Other words may stand there too, with commas between them: `HEDDLE_DEBUG=1,blocked=100`.
 */
let on = (process.env["HEDDLE_DEBUG"] ?? "").split(",").includes("1");

export function setDebug(enabled: boolean): boolean {
  const before = on;
  on = enabled;
  return before;
}

export function debugOn(): boolean {
  return on;
}

/** Where things were started that debug mode watches; kept beside the objects so that they stay small. */
const places = new WeakMap<object, readonly string[]>();

/** With two copies of the library in a process the first one's is the one that can be switched from outside. */
watchable.setDebug ??= setDebug;
watchable.placesOf ??= placesOf;
watchable.isUsers ??= isUsers;

/** Notes the line of the user's that has started `thing`. Only in debug mode. */
export function notePlace(thing: object): void {
  if (on) places.set(thing, userPlaces());
}

/** The wait lists that were made in debug mode and are alive. They are of primitives, which the program may drop at any time. */
let lists: WeakRef<object>[] = [];

/** Remembers a wait list, by which a primitive is found that nobody waits for. Only in debug mode. */
export function noteList(list: object): void {
  if (!on) return;
  notePlace(list);
  lists.push(new WeakRef(list));
}

export function notedLists(): object[] {
  lists = lists.filter((each) => each.deref() !== undefined);
  return lists.flatMap((each) => each.deref() ?? []);
}

/** Says of `thing` that it was started where `from` was. */
export function copyPlace(from: object, thing: object): void {
  const place = places.get(from);
  if (place !== undefined) places.set(thing, place);
}

export function placeOf(thing: object): string | undefined {
  const [place] = placesOf(thing);
  return place;
}

/** The same, with the async functions that wait for that line behind it. */
export function placesOf(thing: object): readonly string[] {
  return places.get(thing) ?? [];
}

/** Says that `thing` goes on after the scope that it was started in (rule S8): a promise that nobody awaited. */
export function warnOfStray(thing: object, scopeName: string): void {
  const [place, ...callers] = placesOf(thing);
  if (!on || place === undefined) return;
  const from = callers.length === 0 ? "" : `, called from ${callers.slice(0, 3).join(", from ")}`;
  console.warn(`heddle: work that ${scopeName} has left behind goes on: it waits at ${place}${from}`);
}
