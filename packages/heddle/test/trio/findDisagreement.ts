import fc from "fast-check";
import type { CompareOptions } from "./compare.js";
import { compare } from "./compare.js";
import type { Trio } from "./onTrio.js";
import type { Program } from "./program.js";

export interface FindDisagreementOptions extends CompareOptions {
  readonly programs: fc.Arbitrary<Program>;
  readonly numRuns: number;
  readonly seed?: number;
  /** Reports the first that is found, as it is. */
  readonly endOnFailure?: boolean;
}

/** Runs random programs on both; returns what there is to read of the first, shrunk, on which they disagree, else "". */
export async function findDisagreement(trio: Trio, options: FindDisagreementOptions): Promise<string> {
  const { programs, numRuns, seed, endOnFailure = false, ...how } = options;
  let report: string | undefined;
  const agree = fc.asyncProperty(programs, async (program) => {
    const disagreement = await compare(trio, program, how);
    report = disagreement ?? report;
    return disagreement === undefined;
  });
  const parameters = { numRuns, endOnFailure, ...(seed === undefined ? {} : { seed }) };
  const { failed, counterexamplePath, seed: seeded } = await fc.check(agree, parameters);
  return failed ? `${report}\n\nseed ${seeded}, path ${counterexamplePath}` : "";
}
