/** Whether it can be said how deep stacks are noted: with `--frozen-intrinsics` it cannot. */
export const stacksCanBeLimited: boolean = Reflect.set(Error, "stackTraceLimit", Error.stackTraceLimit);

/**
 * A place in the user's source, noted cheaply: V8 keeps the raw frame and the text is made only when somebody
 * reads it.
 */
export class Place {
  declare readonly stack: string;

  /** @param below the public function that the user called; the place is where it was called. */
  constructor(below: (...args: never[]) => unknown) {
    if (!stacksCanBeLimited) {
      Error.captureStackTrace(this, below);
      return;
    }
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(this, below);
    Error.stackTraceLimit = limit;
  }

  /** `file:line:column`, or an empty text where the engine gives no frame. */
  toString(): string {
    return locationsIn(this.stack)[0] ?? "";
  }
}

/** How many frames of our own may stand between a wait and the line of the user's that it goes back to. */
const DEEPEST = 20;

/**
 * The places outside of this library on the stack, the nearest first, with the async functions that wait for it: for debug
 * mode, where that may be slow.
 */
export function userPlaces(): string[] {
  const limit = Error.stackTraceLimit;
  if (stacksCanBeLimited) Error.stackTraceLimit = DEEPEST;
  const { stack = "" } = new Error("where");
  if (stacksCanBeLimited) Error.stackTraceLimit = limit;
  return locationsIn(stack).filter(isUsers);
}

/** In a file, and that neither ours nor the platform's: there are also `node:internal/…`, `native` and `<anonymous>`. */
export function isUsers(location: string): boolean {
  return (
    /:\d+$/.test(location) && !/^(node|native):/.test(location) && !OWN_FOLDERS.some((own) => location.startsWith(own))
  );
}

/**
 * Where this library is, and where stacks say that it is: with source maps, as Deno reads them, that is not the same. In a
 * bundle it is in the user's own file (and a bundle of CommonJS modules has no `import.meta.url`): then nothing is left out.
 */
const OWN_FOLDERS: readonly string[] = [
  (import.meta.url as string | undefined) ?? "",
  ...locationsIn(new Error("here").stack ?? "").slice(0, 1),
].flatMap((here) => /^(?:file:\/\/)?(.*\/)ground\/place\.[jt]s\b/.exec(here)?.[1] ?? []);

/** So many places are noted in a row, and then none until this much time, in milliseconds, has passed. */
const BURST = 50;
const PAUSE = 50;

/**
 * Noting a place takes longer than all the rest of starting a task. A program that starts a task now and then always gets
 * it; one that starts a hundred thousand at once gets it for the first few.
 */
export class PlaceBudget {
  #left = BURST;
  #refused = 0;
  #refillAt = 0;

  /** Notes the place at which `below` was called, unless too many were noted just before. */
  note(below: (...args: never[]) => unknown): Place | undefined {
    // The clock is not read for each task either.
    if (this.#left === 0 && (++this.#refused % 64 !== 0 || performance.now() < this.#refillAt)) return undefined;
    if (this.#left === 0) this.#left = BURST;
    if (--this.#left === 0) this.#refillAt = performance.now() + PAUSE;
    return new Place(below);
  }
}

/** The locations in a stack text, frame by frame: what stands in parentheses, or after "at ". */
function locationsIn(stack: string): string[] {
  const frames = stack.split("\n").filter((line) => line.trimStart().startsWith("at "));
  return frames.map((frame) => {
    const open = frame.lastIndexOf("(");
    const location = open >= 0 ? frame.slice(open + 1, frame.lastIndexOf(")")) : frame.trim().slice(3);
    return location.replace(/^async /, "").replace(/^file:\/\//, "");
  });
}
