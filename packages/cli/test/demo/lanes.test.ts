import fc from "fast-check";
import { expect, test } from "vitest";
import { lanesOf } from "../../src/demo/lanes.js";

const spans = fc.array(
  fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 10 })).map(([started, length]) => ({ started, ended: started + length })),
);

test("no two spans of a lane overlap, and there are no more lanes than spans at once", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const lanes = lanesOf(all);
      for (const [i, a] of all.entries()) {
        for (const [j, b] of all.entries()) {
          if (i < j && lanes[i] === lanes[j]) expect(a.ended <= b.started || b.ended <= a.started).toBe(true);
        }
      }
      const most = all.map(({ started }) => {
        return all.filter((other) => other.started <= started && other.ended > started).length;
      });
      expect(Math.max(0, ...lanes)).toBeLessThanOrEqual(Math.max(1, ...most));
    }),
  );
});
