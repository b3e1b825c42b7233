import { shield, sleep } from "heddle";
import type { VirtualClock } from "heddle/testing";
import { leakCheck, virtualTime } from "heddle/testing";
import { expect } from "vitest";

export interface Tidy {
  readonly clock: VirtualClock;
  /** The errors that reached nobody. A test that expects some takes them out. */
  readonly reported: unknown[];
}

/** Runs a test under virtual time, and fails when something of it survives: a task, a timer, a listener, an unheard error. */
export async function tidy(test: (tidy: Tidy) => unknown): Promise<void> {
  const reported: unknown[] = [];
  await virtualTime(
    async (clock) => {
      await leakCheck(() => test({ clock, reported }));
      expect(clock.pending).toBe(0);
    },
    { onError: (error) => void reported.push(error) },
  );
  expect(reported).toEqual([]);
}

/** A function that returns `value` after some time. */
export const after =
  <T>(ms: number, value: T) =>
  async (): Promise<T> => {
    await sleep(ms);
    return value;
  };

/** A function that fails with the text after some time, unless it is cancelled before. */
export const failAfter = (ms: number, text: string) => async (): Promise<never> => {
  await sleep(ms);
  throw new Error(text);
};

/** A function that sleeps until it is cancelled, then cleans up for some time, and fails with the text if there is one. */
export const cleanUpFor = (ms: number, text?: string) => async (): Promise<never> => {
  try {
    await sleep(Infinity);
  } finally {
    await shield(() => sleep(ms));
    // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
    if (text !== undefined) throw new Error(text);
  }
  throw new Error("Never cancelled");
};
