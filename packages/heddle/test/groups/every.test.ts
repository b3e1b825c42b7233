import * as fc from "fast-check";
import { createTask, every, moveOnAfter, now, type Round, sleep } from "heddle";
import { settle } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { cleanUpFor, tidy } from "../support/tidy.js";

/** A round that takes so long, and notes when it began, and how many were missed. */
function rounds(...durations: number[]): { seen: [at: number, missed: number][]; fn: (round: Round) => Promise<void> } {
  const seen: [number, number][] = [];
  const fn = async ({ round, missed }: Round): Promise<void> => {
    seen.push([now(), missed]);
    await sleep(durations[round - 1] ?? 0);
  };
  return { seen, fn };
}

describe("at a fixed rate", () => {
  it("begins rounds at whole multiples of the period, the first after one", () =>
    tidy(async () => {
      const { seen, fn } = rounds(30, 60, 10);
      await every(100, fn, { times: 3 });
      expect(seen).toEqual([
        [100, 0],
        [200, 0],
        [300, 0],
      ]);
    }));

  it("skips the beginnings that a long round has missed, and keeps the phase", () =>
    tidy(async () => {
      const { seen, fn } = rounds(250, 0, 0);
      await every(100, fn, { times: 3 });
      expect(seen).toEqual([
        [100, 0],
        [400, 2],
        [500, 0],
      ]);
    }));

  it("misses nothing when a round ends at the very moment of the next", () =>
    tidy(async () => {
      const { seen, fn } = rounds(100, 200, 0);
      await every(100, fn, { times: 3 });
      expect(seen).toEqual([
        [100, 0],
        [200, 0],
        [400, 1],
      ]);
    }));

  it("may begin at once", () =>
    tidy(async () => {
      const { seen, fn } = rounds();
      await every(100, fn, { times: 3, immediate: true });
      expect(seen.map(([at]) => at)).toEqual([0, 100, 200]);
    }));

  it("does not drift over many rounds of a period that binary numbers cannot hold", () =>
    tidy(async () => {
      let last = 0;
      const note = (): void => {
        last = now();
      };
      await every(0.1, note, { times: 10_000 });
      expect(last).toBe(10_000 * 0.1);
    }));
});

describe("with a fixed delay", () => {
  it("has a period between the end of a round and the beginning of the next", () =>
    tidy(async () => {
      const { seen, fn } = rounds(250, 10, 0);
      await every(100, fn, { mode: "fixedDelay", times: 3 });
      expect(seen).toEqual([
        [100, 0],
        [450, 0],
        [560, 0],
      ]);
    }));

  it("may begin at once", () =>
    tidy(async () => {
      const { seen, fn } = rounds(5, 5);
      await every(100, fn, { mode: "fixedDelay", times: 2, immediate: true });
      expect(seen.map(([at]) => at)).toEqual([0, 105]);
    }));
});

describe("the end", () => {
  it("comes after so many rounds, or none", () =>
    tidy(async () => {
      const { seen, fn } = rounds();
      await every(100, fn, { times: 0, immediate: true });
      expect([seen, now()]).toEqual([[], 0]);
    }));

  it("comes when a round says so, without another wait", () =>
    tidy(async () => {
      const seen: number[] = [];
      await every(100, ({ round, stop }) => {
        seen.push(round);
        if (round === 3) stop();
      });
      expect([seen, now()]).toEqual([[1, 2, 3], 300]);
    }));

  it("does not come because a round returns false", () =>
    tidy(async () => {
      let count = 0;
      await every(1, () => ++count < 0, { times: 3 });
      expect(count).toBe(3);
    }));

  it("comes with the error of a round", () =>
    tidy(async () => {
      const error = await errorOf(() =>
        every(100, ({ round }) => {
          if (round === 2) throw new Error("second");
        }),
      );
      expect([error.message, now()]).toEqual(["second", 200]);
    }));

  it("comes with a cancellation between two rounds", () =>
    tidy(async ({ clock }) => {
      const { seen, fn } = rounds();
      await moveOnAfter(250, () => every(100, fn));
      expect([seen.length, now(), clock.pending]).toEqual([2, 250, 0]);
    }));

  it("comes with a cancellation in a round, after its clean-up", () =>
    tidy(async () => {
      await moveOnAfter(150, () => every(100, cleanUpFor(20)));
      expect(now()).toBe(170);
    }));

  it("comes with a cancellation also when the rounds never leave a pause", () =>
    tidy(async () => {
      const task = createTask(() => every(10, () => sleep(10), { immediate: true }));
      await sleep(95);
      await task.cancelAndWait();
      expect([task.state, now()]).toEqual(["cancelled", 95]);
    }));
});

it("lets others run when a round is always over its time", () =>
  tidy(async () => {
    let others = 0;
    const other = createTask(async () => {
      for (;;) {
        await settle();
        await sleep(1);
        others++;
      }
    });
    await every(1, () => sleep(3), { times: 10 });
    await other.cancelAndWait();
    expect(others).toBeGreaterThan(30);
  }));

it("refuses what it cannot do", async () => {
  const fn = (): void => {};
  for (const ms of [0, -1, NaN, Infinity]) {
    await expectRefused(
      () => every(ms, fn),
      `Cannot repeat a call as the period must be a number of milliseconds above 0: received ${ms}`,
    );
  }
  await expectRefused(() => every(1, undefined as never), /a function is needed: received undefined/);
  await expectRefused(
    () => every(1, fn, { mode: "rate" as never }),
    /mode must be "fixedRate" or "fixedDelay": received "rate"/,
  );
  await expectRefused(() => every(1, fn, { immediate: 1 as never }), /immediate must be true or false/);
  await expectRefused(() => every(1, fn, { times: 1.5 }), /times must be a whole number, 0 or more, or Infinity/);
  await expectRefused(() => every(1, fn, { count: 1 } as never), /the options are mode, immediate, times/);
});

it("never overlaps, never bursts and keeps its phase, for any durations", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 15 }),
      fc.boolean(),
      (ms, durations, immediate) =>
        tidy(async () => {
          const { seen, fn } = rounds(...durations);
          await every(ms, fn, { times: durations.length, immediate });
          let due = immediate ? 0 : ms;
          for (const [index, [at, missed]] of seen.entries()) {
            expect(at % ms).toBe(0);
            expect(at - missed * ms).toBe(due);
            const before = index === 0 ? 0 : (seen[index - 1]?.[0] as number) + (durations[index - 1] as number);
            expect(at).toBeGreaterThanOrEqual(before);
            // What was missed lies within the round before.
            if (missed > 0) expect(at - ms).toBeLessThan(before);
            due = at + ms;
          }
        }),
    ),
    runs(150),
  ));
