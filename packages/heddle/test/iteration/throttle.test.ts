import * as fc from "fast-check";
import { moveOnAfter, now, sleep, throttle } from "heddle";
import { describe, expect, it } from "vitest";
import { expectRefused } from "../support/errorOf.js";
import { operatorCases } from "../support/operator.js";
import { runs } from "../support/runs.js";
import { naturals, toArray, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

async function times(source: AsyncIterable<unknown>, wait: number = 0): Promise<number[]> {
  const seen: number[] = [];
  for await (const _ of source) {
    seen.push(now());
    if (wait > 0) await sleep(wait);
  }
  return seen;
}

describe("throttle", () => {
  operatorCases((source) => throttle(source, { gap: 0 }));

  it("keeps items apart, the first one not", () =>
    tidy(async () => expect(await times(throttle(upTo(4), { gap: 10 }))).toEqual([0, 10, 20, 30])));

  it("takes a rate in items a second", () =>
    tidy(async () => expect(await times(throttle(upTo(3), { rate: 4 }))).toEqual([0, 250, 500])));

  it("does not slow down a source that is slower itself", () =>
    tidy(async () => expect(await times(throttle(watched(upTo(3), { ms: 15 }), { gap: 10 }))).toEqual([15, 30, 45])));

  it("has the source read the next item while the time passes", () =>
    tidy(async () => expect(await times(throttle(watched(upTo(3), { ms: 10 }), { gap: 10 }))).toEqual([10, 20, 30])));

  it("counts the time that the loop takes", () =>
    tidy(async () => expect(await times(throttle(upTo(4), { gap: 10 }), 7)).toEqual([0, 10, 20, 30])));

  it("does not make up for a loop that was late", () =>
    tidy(async () => expect(await times(throttle(upTo(4), { gap: 10 }), 25)).toEqual([0, 25, 50, 75])));

  it("ends at once when cancelled in its pause", () =>
    tidy(async () => {
      const source = watched(naturals());
      await moveOnAfter(25, () => times(throttle(source, { gap: 10 })));
      expect([now(), source.asked, source.state]).toEqual([25, 4, "closed"]);
    }));

  it("refuses what it cannot do, at the call", async () => {
    await expectRefused(() => throttle([], {}), /either gap or rate is needed: received undefined and undefined/);
    await expectRefused(() => throttle([], { gap: 1, rate: 1 }), /either gap or rate is needed: received 1 and 1/);
    await expectRefused(() => throttle([], undefined as never), /either gap or rate is needed/);
    await expectRefused(() => throttle([], { gap: -1 }), /gap must be a number, 0 or more: received -1/);
    await expectRefused(
      () => throttle([], { rate: 0 }),
      "Cannot throttle as rate must be a number above 0: received 0",
    );
    await expectRefused(() => throttle([], { ms: 1 } as never), /the options are gap, rate/);
    await expectRefused(() => throttle(1 as never, { gap: 1 }), /the source must be iterable/);
  });

  it("gives each item as early as the gap, the source and the loop allow, for any of them", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(9), fc.nat(20), fc.nat(20), fc.nat(20), (length, gap, ms, wait) =>
        tidy(async () => {
          const seen = await times(throttle(watched(upTo(length), { ms }), { gap }), wait);
          const model: number[] = [];
          for (let free = 0; model.length < length; free = (model.at(-1) as number) + wait) {
            model.push(Math.max(free + ms, model.length === 0 ? 0 : (model.at(-1) as number) + gap));
          }
          expect(seen).toEqual(model);
          expect(await toArray(throttle(upTo(length), { gap }))).toEqual(upTo(length));
        }),
      ),
      runs(100),
    ));
});
