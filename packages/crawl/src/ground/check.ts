import { InvalidArgumentError } from "heddle";

/** How much of a string an error message quotes. */
const LONGEST = 60;

/** An error in the runtime's own words: "Cannot <do what> as <why>: received <value>". */
export function invalid(doing: string, why: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`Cannot ${doing} as ${why}: received ${quote(value)}`);
}

function quote(value: unknown): string {
  if (typeof value === "string") {
    return `${JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value)} (a string)`;
  }
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return String(value);
}

/**
 * Throws unless `value` is an object without unknown fields: a misspelt option must not be silently without
 * effect.
 */
export function checkOptions(doing: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== "object" || value === null) throw invalid(doing, "the options must be an object", value);
  for (const key in value) {
    if (!known.includes(key)) throw invalid(doing, `the options are ${known.join(", ")}`, key);
  }
}

/** Throws unless `value` is a whole number between two bounds. */
export function checkCount(
  doing: string,
  value: unknown,
  options: { what: string; least: number; most?: number; orInfinity?: boolean },
): void {
  const { what, least, most = Number.MAX_SAFE_INTEGER, orInfinity = false } = options;
  if (orInfinity && value === Infinity) return;
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const upTo = most === Number.MAX_SAFE_INTEGER ? "or more" : `to ${most}`;
  throw invalid(doing, `${what} must be a whole number, ${least} ${upTo}${orInfinity ? ", or Infinity" : ""}`, value);
}

/**
 * Throws unless `value` is a number of milliseconds, `least` or more; `Infinity`, for no limit, if it is not
 * to be finite.
 */
export function checkDuration(
  doing: string,
  value: unknown,
  options: { what: string; least?: number; finite?: boolean },
): void {
  const { what, least = 0, finite = false } = options;
  if (typeof value === "number" && value >= least && (value < Infinity || !finite)) return;
  const range = `${least} or more${finite ? " and not Infinity" : ""}`;
  throw invalid(doing, `${what} must be a number of milliseconds, ${range}`, value);
}

/** Throws unless `value` is an object, and no array. */
export function checkObject(doing: string, value: unknown, what: string): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw invalid(doing, `${what} must be an object`, value);
}

/** Throws unless `value` has a method of each of these names. */
export function checkMethods(
  doing: string,
  value: unknown,
  options: { what: string; methods: readonly string[] },
): void {
  const { what, methods } = options;
  const object = value as Record<string, unknown> | null;
  if (typeof object === "object" && object !== null && methods.every((name) => typeof object[name] === "function"))
    return;
  throw invalid(doing, `${what} must have ${methods.map((name) => `${name}()`).join(" and ")}`, value);
}
