import { InvalidArgumentError } from "heddle";
import type { z } from "zod";
import { invalid } from "../ground/check.js";
import { OptionError } from "../ground/errors.js";

/** What the schema found wrong, in our own grammar: "Cannot <do what> as <which option> must be <what>: received <value>". */
export function optionError(
  doing: string,
  issue: z.core.$ZodIssue,
  context: { value: unknown; known: (path: readonly string[]) => readonly string[] },
): OptionError {
  const { value, known } = context;
  const path = issue.path.map(String);
  const received = path.reduce<unknown>(
    (at, name) => (at as Record<string, unknown> | null | undefined)?.[name],
    value,
  );
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return about(path[0] ?? key, invalid(doing, unknownOption(key, known(path)), key));
  }
  if (path.length === 0) return about("", invalid(doing, "the options must be an object", received));
  return about(path[0] ?? "", invalid(doing, `${path.join(".")} ${issue.message}`, received));
}

/** Runs a check of one option; what it throws says which one. */
export function checkOption(option: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof InvalidArgumentError ? about(option, error) : error;
  }
}

function about(option: string, { message }: Error): OptionError {
  return new OptionError(option, message);
}

/** Up to this many names can be read at a glance. */
const FEW = 8;

function unknownOption(key: string, known: readonly string[]): string {
  if (known.length <= FEW) return `the options are ${known.join(", ")}`;
  const nearest = known
    .map((name) => ({ name, distance: editDistance(key, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const isNear = nearest !== undefined && nearest.distance <= Math.max(2, nearest.name.length / 3);
  return `there is no such option${isNear ? ` (perhaps ${nearest.name} was meant)` : ""}`;
}

/** How many letters have to be changed, added or dropped, whatever their case. */
function editDistance(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
