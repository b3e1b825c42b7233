/** How often a property is tried. `HEDDLE_SOAK=20 npm test` tries all of them twenty times as often. */
export function runs(usual: number): { numRuns: number } {
  return { numRuns: usual * Number(process.env["HEDDLE_SOAK"] ?? 1) };
}
