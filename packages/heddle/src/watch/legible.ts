import { oneLine } from "../ground/oneLine.js";
import type { Snapshot } from "./wire.js";

/** Names, reasons and states of the user's are cut after so many characters. */
const LONGEST = 80;
/** Where places are told, and so must not be cut. */
const WHOLE: ReadonlySet<string> = new Set(["createdAt", "parkedAt", "at", "url", "program", "runtime"]);

/**
 * The snapshot as a view shows it. Names are the user's, and may come from whoever the program talks to: a name must not
 * clear the reader's terminal, pretend to be a line of the report, or fill the screen.
 */
export function legible(snapshot: Snapshot): Snapshot {
  return legibleValue(snapshot, "") as Snapshot;
}

function legibleValue(value: unknown, key: string): unknown {
  if (typeof value === "string") return WHOLE.has(key) ? oneLine(value) : shortened(oneLine(value));
  if (Array.isArray(value)) return value.map((each) => legibleValue(each, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [oneLine(name), legibleValue(each, name)]));
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
