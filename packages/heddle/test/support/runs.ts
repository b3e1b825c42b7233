/** A check that everybody runs has to come out the same for everybody. New programs are found by soaking. */
const SEED = 20_241_124;

/**
 * How often a property is tried, and from which seed. `HEDDLE_SOAK=20 npm test` (or `npm run soak`) tries all of them twenty
 * times as often, and with other values each time.
 */
export function runs(usual: number): { numRuns: number; seed?: number } {
  const soak = process.env["HEDDLE_SOAK"];
  return soak === undefined ? { numRuns: usual, seed: SEED } : { numRuns: usual * Number(soak) };
}
