import { describe, isThenable } from "./describe.js";
import { InvalidArgumentError } from "./errors.js";

/** Throws unless `value` is a number that is not NaN. Negative and infinite durations have a meaning. */
export function checkDuration(doing: string, value: unknown, what: string = "the duration"): void {
  if (typeof value === "number" && !Number.isNaN(value)) return;
  throw new InvalidArgumentError(
    `Cannot ${doing} as ${what} must be a number of milliseconds: received ${describe(value)}`,
  );
}

/** Throws unless `value` is a whole number from `least` up; `Infinity` passes where `orInfinity` is set. */
export function checkCount(
  doing: string,
  value: unknown,
  options: { what: string; least: number; orInfinity?: boolean },
): void {
  if (typeof value === "number" && value >= options.least) {
    if (Number.isSafeInteger(value) || (options.orInfinity === true && value === Infinity)) return;
  }
  const range = `a whole number, ${options.least} or more${options.orInfinity === true ? ", or Infinity" : ""}`;
  throw new InvalidArgumentError(`Cannot ${doing} as ${options.what} must be ${range}: received ${describe(value)}`);
}

/** Throws unless `value` is a finite number above 0. */
export function checkPositive(doing: string, value: unknown, what: string, unit: string = ""): void {
  if (typeof value === "number" && value > 0 && value < Infinity) return;
  throw new InvalidArgumentError(
    `Cannot ${doing} as ${what} must be a number${unit} above 0: received ${describe(value)}`,
  );
}

/**
 * Throws unless `value` is a function. The usual mistake is to call the function instead of handing it over,
 * so for a promise the message shows the call that was probably meant.
 */
export function checkFunction(doing: string, value: unknown, meant: string): void {
  if (typeof value === "function" && !isThenable(value)) return;
  const hint = isThenable(value) ? `; it has already started, hand over the function: ${meant}` : "";
  // What becomes of it must not hide the error that says what is wrong.
  if (value instanceof Promise) value.catch(() => {});
  throw new InvalidArgumentError(`Cannot ${doing} as a function is needed: received ${describe(value)}${hint}`);
}

/** Throws unless `value` is an object (or left out). Catches `taskGroup(fn, 5)` before it is silently ignored. */
export function checkOptions(doing: string, value: unknown, known: readonly string[]): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null) {
    throw new InvalidArgumentError(`Cannot ${doing} as the options must be an object: received ${describe(value)}`);
  }
  for (const key in value) {
    if (known.includes(key)) continue;
    throw new InvalidArgumentError(
      `Cannot ${doing} as the options are ${known.join(", ")}: received ${JSON.stringify(key)}`,
    );
  }
}

/** Throws unless `value` is a boolean or left out. */
export function checkFlag(doing: string, value: unknown, what: string): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new InvalidArgumentError(`Cannot ${doing} as ${what} must be true or false: received ${describe(value)}`);
}

/** Throws unless `value` is an `AbortSignal` or left out. */
export function checkSignal(doing: string, value: unknown): void {
  if (value === undefined) return;
  const signal = value as Partial<AbortSignal> | null;
  if (typeof signal === "object" && signal !== null && typeof signal.aborted === "boolean") {
    if (typeof signal.addEventListener === "function") return;
  }
  throw new InvalidArgumentError(`Cannot ${doing} as signal must be an AbortSignal: received ${describe(value)}`);
}

/** Throws unless `value` is a number from `least` up; `Infinity` passes where `orInfinity` is set. */
export function checkNumber(
  doing: string,
  value: unknown,
  options: { what: string; least: number; orInfinity?: boolean },
): void {
  if (typeof value === "number" && value >= options.least && (value < Infinity || options.orInfinity === true)) return;
  const range = `a number, ${options.least} or more${options.orInfinity === true ? ", or Infinity" : ""}`;
  throw new InvalidArgumentError(`Cannot ${doing} as ${options.what} must be ${range}: received ${describe(value)}`);
}

/** Throws unless `value` is a finite number of milliseconds above zero. */
export function checkPeriod(doing: string, value: unknown, what: string): void {
  checkPositive(doing, value, what, " of milliseconds");
}

/** Throws unless `value` is one of a few words, or left out. */
export function checkChoice(
  doing: string,
  value: unknown,
  options: { what: string; choices: readonly string[] },
): void {
  const { what, choices } = options;
  if (value === undefined || choices.includes(value as string)) return;
  const words = choices.map((choice) => JSON.stringify(choice));
  throw new InvalidArgumentError(
    `Cannot ${doing} as ${what} must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}: received ${describe(value)}`,
  );
}
