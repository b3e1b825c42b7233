import { oneLine } from "../ground/oneLine.js";
import { isUsers } from "../ground/place.js";
import type { BlockedInfo, FrameInfo } from "./wire.js";

/** How many frames of a place are told. */
const FRAMES = 5;

/** A line that has blocked the event loop, once or more often. */
export class BlockedPlace {
  readonly who: string;
  readonly frames: readonly FrameInfo[];
  firstTime = true;
  #times = 0;
  #total = 0;
  #longest = 0;

  constructor({ name, frames }: BlockedInfo) {
    this.who = name === undefined ? "code outside of tasks" : `task "${oneLine(name)}"`;
    this.frames = frames.slice(0, FRAMES);
  }

  /** Notes that it has ended after so many milliseconds. Returns true the first time. */
  ended(ms: number): boolean {
    this.#times++;
    this.#total += ms;
    this.#longest = Math.max(this.#longest, ms);
    return this.#times === 1;
  }

  /** Undefined for one that came once, and so was told in full. */
  get summary(): string | undefined {
    if (this.#times < 2) return undefined;
    const at = this.frames[0]?.at ?? "code of the platform's";
    const longest = Math.round(this.#longest);
    return `${at} has blocked the event loop ${this.#times} times, for ${Math.round(this.#total)} ms in all, ${longest} ms at most`;
  }
}

/** All places that have blocked, by the innermost line of the user's. */
export class BlockedPlaces {
  readonly #places = new Map<string, BlockedPlace>();

  /** The place of that stack; `firstTime` tells whether it is new. */
  meet(stack: BlockedInfo): BlockedPlace {
    const users = stack.frames.filter(({ at }) => isUsers(at));
    const frames = users.length > 0 ? users : stack.frames;
    // The column differs from one look to the next in a line that does much.
    const key = `${frames[0]?.function} ${frames[0]?.at.replace(/:\d+$/, "")}`;
    const known = this.#places.get(key) ?? this.#nearby(frames);
    if (known !== undefined) {
      known.firstTime = false;
      return known;
    }
    const place = new BlockedPlace({ ...stack, frames });
    this.#places.set(key, place);
    return place;
  }

  /** A loop is caught in another line each time: it is one place as long as it is in the same call of the same function. */
  #nearby(frames: readonly FrameInfo[]): BlockedPlace | undefined {
    const calls = callsOf(frames);
    return [...this.#places.values()].find((place) => callsOf(place.frames) === calls);
  }

  summary(): string[] {
    return [...this.#places.values()].flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
  }
}

/** The functions on the stack and the lines that called them, without the line that ran. */
function callsOf(frames: readonly FrameInfo[]): string {
  return frames
    .slice(0, FRAMES)
    .map(({ function: name, at }, i) => (i === 0 ? name : `${name} ${at}`))
    .join("\n");
}
