import fc from "fast-check";
import { cancelScope, mapConcurrent, now, shield, sleep } from "heddle";
import { currentScope } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

const program = fc.record({
  /** How long each call takes. */
  times: fc.array(fc.nat(12), { maxLength: 25 }),
  /** How long the source takes for an item, where it is an async one. */
  pause: fc.nat(5),
  kind: fc.constantFrom("plain", "async" as const),
  limit: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(Infinity)),
  ordered: fc.boolean(),
  /** How long the consumer takes for a result, or that there is none: `toArray()`. */
  consumer: fc.oneof(fc.nat(8), fc.constant("toArray" as const)),
  /** How it ends before its time, if it does. */
  end: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant("break" as const), at: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant("fail" as const), at: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant("sourceFails" as const), at: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant("cancel" as const), at: fc.nat(60) }) },
  ),
  cleanUp: fc.nat(3),
});

describe("mapConcurrent, whatever the source, the calls and the consumer do", () => {
  it("keeps order and limit, holds the source back, closes it, and leaves nothing running", async () => {
    await fc.assert(
      fc.asyncProperty(program, ({ times, pause, kind, limit, ordered, consumer, end, cleanUp }) =>
        virtualTime(async (clock) => {
          let asked = 0;
          let taken = 0;
          let consumed = 0;
          let running = 0;
          let closed = 0;
          const ended: number[] = [];

          /** What the source does for the item at hand; the item itself, or undefined at the end. */
          const next = (): number | undefined => {
            asked++;
            if (end?.how === "sourceFails" && taken === end.at) throw new Error("source");
            return taken < times.length ? taken++ : undefined;
          };
          function* plain(): Generator<number> {
            try {
              for (let item = next(); item !== undefined; item = next()) yield item;
            } finally {
              closed++;
            }
          }
          async function* asynchronous(): AsyncGenerator<number> {
            try {
              for (;;) {
                if (pause > 0) await sleep(pause);
                const item = next();
                if (item === undefined) return;
                yield item;
              }
            } finally {
              closed++;
            }
          }
          const violations: string[] = [];
          /** @param onItsWay how many results may have been given to the consumer and not be counted by it yet */
          const check = (onItsWay: number): void => {
            if (running > limit) violations.push(`${running} calls are under way`);
            const between = taken - consumed;
            if (consumer !== "toArray" && between > limit + onItsWay) violations.push(`${between} items are between`);
          };
          const work = async (item: number, index: number): Promise<number> => {
            expect(index).toBe(item);
            running++;
            check(1);
            try {
              await sleep(times[item] as number);
              if (end?.how === "fail" && item === end.at) throw new Error("work");
              ended.push(item);
              return item;
            } finally {
              if (cleanUp > 0) await shield(() => sleep(cleanUp));
              running--;
            }
          };

          const results: number[] = [];
          let error: string | null = null;
          let finished = false;
          const start = now();
          await cancelScope(
            async () => {
              const source = kind === "plain" ? plain() : asynchronous();
              const mapped = mapConcurrent(source, work, { limit, ordered });
              if (consumer === "toArray") results.push(...(await mapped.toArray()));
              else {
                for await (const result of mapped) {
                  results.push(result);
                  consumed++;
                  check(0);
                  await sleep(consumer);
                  if (end?.how === "break" && results.length > end.at) break;
                }
              }
              finished = true;
            },
            end?.how === "cancel" ? { timeout: end.at + 0.5 } : {},
          ).catch((each: Error) => {
            error = each.message;
          });

          // However it ended, everything of it has ended.
          expect([violations, running, clock.pending, [...currentScope().children]]).toEqual([[], 0, 0, []]);
          if (asked > 0) expect(closed).toBe(1);
          expect(new Set(results).size).toBe(results.length);
          // In order, without gaps; else in the order in which the calls ended, as far as the loop has gone.
          if (ordered) expect(results).toEqual(results.map((_, i) => i));
          if (ordered === false) expect(results).toEqual(ended.slice(0, results.length));
          if (error === null && finished && end?.how !== "break") expect(results).toHaveLength(times.length);
          if (end?.how === "fail" && end.at < times.length && end.how === "fail") expect(error).toBe("work");
          if (end?.how === "sourceFails" && end.at <= times.length) expect(error).toBe("source");
          if (end === null) expect([error, finished]).toEqual([null, true]);
          // With nothing to hold it back it takes no longer than the plainest scheme of taking turns.
          if (end === null && kind === "plain" && consumer === "toArray") {
            expect(now() - start).toBe(
              turns(
                times.map((ms) => ms + cleanUp),
                limit,
              ),
            );
          }
        }),
      ),
      runs(150),
    );
  });
});

/** When all jobs have ended if always the first who is free takes the next one. */
function turns(times: readonly number[], limit: number): number {
  const free: number[] = new Array(Math.min(limit, times.length)).fill(0);
  for (const ms of times) {
    const first = Math.min(...free);
    free[free.indexOf(first)] = first + ms;
  }
  return Math.max(0, ...free);
}
