import { now } from "heddle";

/** A list of what happened and when, to be compared as a whole: `["0 a starts", "10 a ends"]`. */
export interface Timeline {
  readonly lines: string[];
  (what: string): void;
}

export function timeline(): Timeline {
  const lines: string[] = [];
  return Object.assign((what: string) => void lines.push(`${now()} ${what}`), { lines });
}
