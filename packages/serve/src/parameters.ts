import type { OptionField } from "@heddle/crawl";
import { checkPageOptions, optionFields } from "@heddle/crawl";
import { RequestRefusedError } from "./errors.js";
import type { Format } from "./format.js";
import { FORMATS } from "./format.js";

export const DOING = "fetch a page";

/** Options that only a program may set: a client must not write files on this machine. */
const OURS: ReadonlySet<string> = new Set(["saveTo"]);

/** Options that a client may set, by the names of their parameters: `stallTimeout` and `stall_timeout`. */
const FIELDS: ReadonlyMap<string, OptionField> = new Map(
  optionFields()
    .filter(({ of, name }) => of === "page" && !OURS.has(name))
    .flatMap((field) => [[field.name, field] as const, [underscored(field.name), field] as const]),
);

/** What one call of the service asks for, while it is read: each parameter once, by the name that the client gave it. */
export class Parameters {
  url: string | undefined;
  format: Format | undefined;
  readonly #options: Map<string, unknown> = new Map();
  readonly #given: Map<string, string> = new Map();

  /** The option of this name, if a client may set it. @throws RequestRefusedError if not, or if it is there already */
  field(name: string): OptionField {
    const field = FIELDS.get(name);
    if (field === undefined) throw unknownParameter(name);
    this.#once(field.name, name);
    return field;
  }

  set(field: OptionField, value: unknown): void {
    if (value !== undefined) this.#options.set(field.name, value);
  }

  /** A header field to send. The names of several that come one by one have to differ. */
  header(name: string, value: string, as: string): void {
    this.#once(`header ${name.toLowerCase()}`, as);
    this.#options.set("headers", { ...(this.#options.get("headers") as object | undefined), [name]: value });
  }

  setUrl(url: unknown): void {
    this.#once("url", "url");
    if (typeof url !== "string" || url === "") throw wrong("url", "its URL must be a string", url);
    this.url = url;
  }

  setFormat(format: unknown): void {
    this.#once("format", "format");
    if (!FORMATS.includes(format as Format))
      throw wrong("format", `format must be one of ${FORMATS.join(", ")}`, format);
    this.format = format as Format;
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  /** What an option is called in this call. */
  nameOf(option: string): string {
    return this.#given.get(option) ?? option;
  }

  options(): Record<string, unknown> {
    return Object.fromEntries(this.#options);
  }

  #once(key: string, as: string): void {
    if (this.#given.has(key)) {
      const message = `Cannot ${DOING} as ${as} is there twice: each parameter may be given once`;
      throw new RequestRefusedError(400, "TWICE", message, { parameter: as });
    }
    this.#given.set(key, as);
  }
}

export function wrong(parameter: string, why: string, received: unknown): RequestRefusedError {
  const message = `Cannot ${DOING} as ${why}: received ${shown(received)}`;
  return new RequestRefusedError(400, "BAD_PARAMETER", message, { parameter });
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** The fetcher's own schema knows which one was meant. */
function unknownParameter(name: string): RequestRefusedError {
  if (OURS.has(name)) {
    const message = `Cannot ${DOING} as ${name} is not for clients to set: it is an option of the service`;
    return new RequestRefusedError(400, "UNKNOWN_PARAMETER", message, { parameter: name });
  }
  try {
    checkPageOptions(DOING, { [name]: true });
  } catch (error) {
    return new RequestRefusedError(400, "UNKNOWN_PARAMETER", (error as Error).message, { parameter: name });
  }
  return wrong(name, "there is no such parameter", name);
}

function underscored(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
