import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";
import { BROKEN } from "./brokenPrimitives.js";
import { compareTraces } from "./compareTraces.js";
import type { Makers } from "./heddlePrimitives.js";
import { makers } from "./heddlePrimitives.js";
import type { Asyncio } from "./onAsyncio.js";
import { startAsyncio } from "./onAsyncio.js";
import { runOnHeddle } from "./onHeddle.js";
import { randomPrograms } from "./randomProgram.js";

const SEED = 20_240_117;
/** Python has to start first, and `HEDDLE_SOAK` may ask for a long time. */
const WITHIN = 24 * 3_600_000;

let asyncio: Asyncio;

beforeAll(async () => {
  asyncio = await startAsyncio();
}, WITHIN);

/** Runs random programs on both sides; returns what there is to read of the first, shrunk, on which they disagree. */
async function findDisagreement(
  primitives: Makers,
  options: { numRuns: number; endOnFailure?: boolean },
): Promise<string | undefined> {
  let report: string | undefined;
  const agree = fc.asyncProperty(randomPrograms, async (program) => {
    const disagreement = compareTraces(program, asyncio.run(program), await runOnHeddle(program, primitives));
    report = disagreement ?? report;
    return disagreement === undefined;
  });
  const { failed, counterexamplePath } = await fc.check(agree, { ...options, seed: SEED });
  return failed ? `${report}\n\nseed ${SEED}, path ${counterexamplePath}` : undefined;
}

describe("random programs", () => {
  it("do the same on asyncio and on Heddle", { timeout: WITHIN }, async () => {
    expect((await findDisagreement(makers, runs(1200))) ?? "").toBe("");
  });

  for (const [what, primitives] of Object.entries(BROKEN)) {
    it(`find ${what}`, { timeout: WITHIN }, async () => {
      const found = await findDisagreement(primitives, { numRuns: 1000, endOnFailure: true });
      expect(found).toMatch(/asyncio and Heddle disagree/);
    });
  }
});
