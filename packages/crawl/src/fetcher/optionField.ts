import { z } from "zod";

/**
 * What the text of an option is, for faces that get text: a flag of the command line, a parameter of a URL. A "value" can be
 * given in code only.
 */
export type OptionKind =
  | "duration"
  | "size"
  | "count"
  | "number"
  | "flag"
  | "choice"
  | "mode"
  | "wait"
  | "text"
  | "list"
  | "headers"
  | "json"
  | "viewport"
  | "picture"
  | "value";

export interface OptionMeta {
  readonly kind: OptionKind;
  /** Whether it can be said for one page, or only for a fetcher. */
  readonly of: "page" | "fetcher";
  /** One line of help; absent for what can only be given in code. */
  readonly help?: string;
  /** The words that it can be, if it is a choice. */
  readonly choices?: readonly string[];
  /** What the command line calls it, if that is not its own name with hyphens; with a letter if it has one. */
  readonly flag?: string;
  /** What stands for its value in the help of the command line, if that is not told by its kind: "file". */
  readonly value?: string;
  /** Under which heading it is shown. */
  readonly group?: OptionGroup;
  readonly least?: number;
  readonly most?: number;
}

export type OptionGroup =
  | "How much at a time"
  | "How patiently"
  | "What to say to servers"
  | "How far to go"
  | "What to keep"
  | "Whom to trust";

/** Where the schema keeps what the faces need to know of each option. */
export const optionMeta: z.core.$ZodRegistry<OptionMeta> = z.registry<OptionMeta>();

type Place = Pick<OptionMeta, "of"> & Partial<OptionMeta>;

const must = (why: string): { error: () => string } => ({ error: () => `must be ${why}` });

/** A whole number. */
export function countField(
  place: Place,
  range: { least: number; most?: number; orInfinity?: boolean },
): z.ZodType<number> {
  const { least, most = Number.MAX_SAFE_INTEGER, orInfinity = false } = range;
  const upTo = most === Number.MAX_SAFE_INTEGER ? "or more" : `to ${most}`;
  const says = must(`a whole number, ${least} ${upTo}${orInfinity ? ", or Infinity" : ""}`);
  const fits = (value: number): boolean =>
    (orInfinity && value === Infinity) || (Number.isSafeInteger(value) && value >= least && value <= most);
  return z
    .custom<number>((value) => typeof value === "number" && fits(value), says)
    .register(optionMeta, { kind: "count", least, ...place });
}

/** Any number, `least` or more; `Infinity` for no limit. */
export function numberField(place: Place, least: number): z.ZodType<number> {
  return z
    .custom<number>((value) => typeof value === "number" && value >= least, must(`a number, ${least} or more`))
    .register(optionMeta, { kind: "number", least, ...place });
}

/** A number of milliseconds; `Infinity`, for no limit, if it is not to be finite. */
export function durationField(place: Place, range: { least: number; finite?: boolean }): z.ZodType<number> {
  const { least, finite = false } = range;
  return z
    .custom<number>(
      (value) => typeof value === "number" && value >= least && (value < Infinity || !finite),
      must(`a number of milliseconds, ${least} or more${finite ? " and not Infinity" : ""}`),
    )
    .register(optionMeta, { kind: "duration", least, ...place });
}

export function flagField(place: Place): z.ZodType<boolean> {
  return z.boolean(must("true or false")).register(optionMeta, { kind: "flag", ...place });
}

export function textField(place: Place, why: string = "a string"): z.ZodType<string> {
  return z.string(must(why)).register(optionMeta, { kind: "text", ...place });
}

/** A value that only code can give: an object with these methods. */
export function objectField<T>(place: Place, methods: readonly string[]): z.ZodType<T> {
  const has = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
  const says =
    methods.length === 0
      ? must("an object")
      : { error: () => `must have ${methods.map((name) => `${name}()`).join(" and ")}` };
  return z.custom<T>(has, says).register(optionMeta, { kind: "value", ...place });
}
