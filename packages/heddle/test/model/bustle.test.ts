import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";
import { bustle } from "./bustle.js";
import { violationsOf } from "./bustlePerformance.js";

/** A program that hangs is found in the time of a few, and made smaller as any other that fails. */
const HANGS = { timeout: 3000 };

describe("random programs in which everything happens at once", () => {
  it("lose no cancellation, permit, item or error, let no task outlive its group, and leave nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(bustle, async (program) => {
        expect(await violationsOf(program)).toEqual([]);
      }),
      { ...runs(800), ...HANGS },
    );
  }, 600_000);

  it("do so too when what is ready at the same moment goes on in any order", async () => {
    await fc.assert(
      fc.asyncProperty(bustle, fc.nat(), async (program, seed) => {
        expect(await violationsOf(program, seed)).toEqual([]);
      }),
      { ...runs(400), ...HANGS },
    );
  }, 600_000);
});
