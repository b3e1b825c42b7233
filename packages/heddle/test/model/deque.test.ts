import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deque } from "../../src/ground/deque.js";
import { runs } from "../support/runs.js";

type Step = { do: "push"; times: number } | { do: "shift" | "pop"; times: number } | { do: "clear" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("push" as const), times: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("shift" as const), times: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pop" as const), times: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: "clear" } as const) },
);

describe("Deque, against an array", () => {
  it("gives out the same at both ends, whatever comes in between", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const deque = new Deque<number>();
        let model: number[] = [];
        let next = 0;
        for (const each of steps) {
          if (each.do === "clear") {
            deque.clear();
            model = [];
          } else {
            for (let i = 0; i < each.times; i++) {
              if (each.do === "push") {
                deque.push(next);
                model.push(next++);
              } else {
                expect(deque[each.do]()).toBe(model[each.do]());
              }
            }
          }
          expect([deque.size, deque.first]).toEqual([model.length, model[0]]);
        }
      }),
      runs(200),
    );
  });
});
