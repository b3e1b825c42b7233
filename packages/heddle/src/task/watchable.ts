import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";

/** What somebody who looks at a process from outside finds in the registry besides the tree. */
export interface Watchable {
  /** What the user calls a primitive: see `named()`. */
  readonly names: WeakMap<object, string>;
  /** What a primitive is made of, and that primitive: reports tell the primitive. */
  partOf?: WeakMap<object, object>;
  /** Prototypes by which a debugger finds all objects of a kind, also those that nobody waits for. */
  readonly kinds: Record<string, object>;
  /** Switches debug mode on or off; returns what it was. */
  setDebug?: (on: boolean) => boolean;
  /** Where a task was created or a wait began, as far as debug mode has noted it: the line, then those that wait for it. */
  placesOf?: (thing: object) => readonly string[];
  /** How long a task has run in all, and when it was last heard of, both in milliseconds: while debug mode listens. */
  workOf?: ((thing: object) => { readonly ran: number; readonly heard: number } | undefined) | undefined;
  /** Has the watchdog overlook a pause that whoever looks from outside makes, until it is told that this is over. */
  expectPause?: ((expected: boolean) => void) | undefined;
  /** Whether a location of a stack is in the user's code: neither in this library nor in the platform. */
  isUsers?: (location: string) => boolean;
}

/** Beside the key of `current.ts`, under which the tree itself is found. */
const KEY = Symbol.for("heddle/watch@1");
const registry = globalThis as unknown as { [KEY]?: Watchable };
registry[KEY] ??= { names: new WeakMap(), kinds: {} };

/** Of two copies of the library the first one's serves both. */
export const watchable: Watchable = registry[KEY];

/**
 * Gives a primitive the name that reports call it by, and returns it:
 *
 *     const accounts = named(new Lock(), "accounts");
 *
 * @throws InvalidArgumentError when `thing` is no object, or `name` no string
 */
export function named<T extends object>(thing: T, name: string): T {
  const isObject = typeof thing === "object" && thing !== null;
  if (!isObject)
    throw new InvalidArgumentError(`Cannot name a thing as it must be an object: received ${describe(thing)}`);
  if (typeof name !== "string") {
    throw new InvalidArgumentError(`Cannot name a thing as its name must be a string: received ${describe(name)}`);
  }
  watchable.names.set(thing, name);
  return thing;
}
