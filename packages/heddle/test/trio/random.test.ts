import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";
import { BROKEN } from "./brokenCalls.js";
import { findDisagreement } from "./findDisagreement.js";
import type { Trio } from "./onTrio.js";
import { findPython, startTrio } from "./onTrio.js";
import { crowdedPrograms, orderedPrograms } from "./randomProgram.js";

/** The soak has no limit. */
const WITHIN = process.env["HEDDLE_SOAK"] === undefined ? 120_000 : 24 * 3_600_000;
const python = findPython();

describe.skipIf(python === undefined)("random programs (needs python3 with trio)", { timeout: WITHIN }, () => {
  let trio: Trio;

  beforeAll(() => {
    trio = startTrio(python as string);
  });

  afterAll(() => trio.end());

  it("do the same on Trio and on Heddle", async () => {
    expect(await findDisagreement(trio, { programs: orderedPrograms, ...runs(600) })).toBe("");
  });

  it("do the same where many things happen at one moment", async () => {
    expect(await findDisagreement(trio, { programs: crowdedPrograms, ...runs(400) })).toBe("");
  });

  for (const [what, calls] of Object.entries(BROKEN)) {
    it(`find ${what}`, async () => {
      const options = { programs: orderedPrograms, numRuns: 2000, seed: 1, endOnFailure: true, thorough: false, calls };
      expect(await findDisagreement(trio, options)).toMatch(/^Trio and Heddle disagree on this program/);
    });
  }
});

it.runIf(process.env["CI"] === "true")("has python3 with trio in CI (needs python3 with trio)", () => {
  expect(python).toBeDefined();
});
