import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";
import { compare } from "./compare.js";
import type { Trio } from "./onTrio.js";
import { findPython, startTrio } from "./onTrio.js";
import type { Program } from "./program.js";
import { crowdedPrograms, orderedPrograms } from "./randomProgram.js";

const SEED = 20_240_521;
/** The soak has no limit. */
const WITHIN = process.env["HEDDLE_SOAK"] === undefined ? 120_000 : 24 * 3_600_000;
const python = findPython();

describe.skipIf(python === undefined)("random programs (needs python3 with trio)", () => {
  let trio: Trio;

  beforeAll(() => {
    trio = startTrio(python as string);
  });

  afterAll(() => trio.end());

  async function check(programs: fc.Arbitrary<Program>, options: fc.Parameters<[Program]>): Promise<void> {
    let report: string | undefined;
    const agree = fc.asyncProperty(programs, async (program) => {
      const comparison = await compare(trio, program);
      report = comparison.report ?? report;
      return comparison.report === undefined;
    });
    const { failed, counterexamplePath, seed } = await fc.check(agree, { seed: SEED, ...options });
    expect(failed ? `${report}\n\nseed ${seed}, path ${counterexamplePath}` : "").toBe("");
  }

  it("do the same on Trio and on Heddle", { timeout: WITHIN }, () => check(orderedPrograms, runs(1000)));

  it("do the same where many things happen at one moment", { timeout: WITHIN }, () =>
    check(crowdedPrograms, runs(500)),
  );
});

it.runIf(process.env["CI"] === "true")("has python3 with trio in CI (needs python3 with trio)", () => {
  expect(python).toBeDefined();
});
