import fc from "fast-check";
import { expect, test } from "vitest";
import { progressBar } from "../../src/demo/progressBar.js";

const half = { name: "64 pages at once", done: 250, total: 500, elapsed: 2000 };

test("the bar is as full as the work is done", () => {
  expect(progressBar(half, 79)).toBe("64 pages at once    ██████████████░░░░░░░░░░░░░░      250/500    2.0 s    125/s");
  expect(progressBar({ ...half, done: 500 }, 79)).not.toContain("░");
  expect(progressBar({ ...half, done: 0 }, 79)).not.toContain("█");
});

test("it fits, however narrow", () => {
  const state = fc.record({
    name: fc.constant("x"),
    done: fc.nat({ max: 5000 }),
    total: fc.constant(5000),
    elapsed: fc.nat(),
  });
  fc.assert(
    fc.property(state, fc.nat({ max: 200 }), (each, width) => {
      expect(progressBar(each, width).length).toBeLessThanOrEqual(width);
    }),
  );
});
