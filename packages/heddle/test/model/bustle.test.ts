import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";
import { bustle } from "./bustle.js";
import { violationsOf } from "./bustlePerformance.js";

describe("random programs in which everything happens at once", () => {
  it("lose no cancellation, permit, item or error, let no task outlive its group, and leave nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(bustle, async (program) => {
        expect(await violationsOf(program)).toEqual([]);
      }),
      { ...runs(1000), timeout: 3000 },
    );
  }, 120_000);
});
