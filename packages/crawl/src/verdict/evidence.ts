/** How much of what was found is quoted. */
const LONGEST = 80;

/** What was found, for people: at most a line of it, with single spaces. */
export function quote(found: string): string {
  const line = found.replace(/\s+/g, " ").trim();
  return JSON.stringify(line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
}
