/**
 * How often a property is tried. `HEDDLE_SOAK=20 npm test` (or `npm run soak`) tries all of them twenty times as often, and with
 * other values each time; without it they start from one seed (`tools/fixed-seed.mjs`).
 */
export function runs(usual: number): { numRuns: number } {
  return { numRuns: usual * Number(process.env["HEDDLE_SOAK"] ?? 1) };
}
