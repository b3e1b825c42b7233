import type { Session } from "node:inspector";

/**
 * Counts what an operation does: how often V8 enters each block of our sources, which the coverage of the inspector knows
 * exactly. No time is measured, so the figure is the same on every machine and in every run.
 *
 * Counting starts when this module is loaded, and only functions that are compiled after that have counters: import it
 * before everything else.
 */

/** False where there is nothing to count with: Bun and Deno have no block coverage in `node:inspector`. */
export const canCount: boolean = process.versions["bun"] === undefined && process.versions["deno"] === undefined;

const SOURCES = /\/packages\/heddle\/src\//;

/** The part of the inspector's answer that is read here. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

const session = canCount ? await startCounting() : undefined;

/** Does `operation`, waits for it, and returns how many blocks of our sources were entered and how many items were walked by built-in methods. */
export async function stepsOf(operation: () => unknown): Promise<number> {
  blocksSinceLastTime();
  const walked = countWalks();
  let items: number;
  try {
    await operation();
  } finally {
    items = walked();
  }
  return blocksSinceLastTime() + items;
}

async function startCounting(): Promise<Session> {
  const inspector = await import("node:inspector");
  const started = new inspector.Session();
  started.connect();
  started.post("Profiler.enable");
  started.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return started;
}

function blocksSinceLastTime(): number {
  let blocks = 0;
  session?.post("Profiler.takePreciseCoverage", (error, coverage: Coverage) => {
    if (error !== null) throw error;
    for (const { url, functions } of coverage.result) {
      if (!SOURCES.test(url)) continue;
      for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
    }
  });
  return blocks;
}

const WALKERS = [
  "concat",
  "fill",
  "includes",
  "indexOf",
  "lastIndexOf",
  "reverse",
  "shift",
  "slice",
  "splice",
  "unshift",
];

/**
 * A built-in method has no blocks, so until the result is called each one that walks an array, a set or a map adds its
 * length: `list.shift()` of 2,000 items is 2,000 steps, as is `[...set]`.
 */
function countWalks(): () => number {
  let items = 0;
  const undo: (() => void)[] = [];
  const watch = (prototype: object, key: PropertyKey, lengthOf: (self: never) => number): void => {
    const own = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
    const original = own.value as (...args: unknown[]) => unknown;
    Object.defineProperty(prototype, key, {
      ...own,
      value: function (this: never, ...args: unknown[]): unknown {
        items += lengthOf(this);
        return original.apply(this, args);
      },
    });
    undo.push(() => Object.defineProperty(prototype, key, own));
  };
  for (const name of WALKERS) watch(Array.prototype, name, (self: ArrayLike<unknown>) => self.length);
  watch(Array.prototype, Symbol.iterator, (self: ArrayLike<unknown>) => self.length);
  watch(Set.prototype, Symbol.iterator, (self: ReadonlySet<unknown>) => self.size);
  watch(Map.prototype, Symbol.iterator, (self: ReadonlyMap<unknown, unknown>) => self.size);
  return () => {
    for (const restore of undo) restore();
    return items;
  };
}
