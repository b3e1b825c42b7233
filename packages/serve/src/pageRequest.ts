import type { OptionField, PageOptions } from "@heddle/crawl";
import { optionFields, optionOfText } from "@heddle/crawl";
import { RequestRefusedError } from "./errors.js";

/** What one call of the service asks for. */
export interface PageCall {
  readonly url: string;
  readonly options: PageOptions;
}

/** Parameters that are not about the page. */
const OURS: ReadonlySet<string> = new Set(["url", "key", "api_key"]);

const DOING = "fetch a page";

/** Options that a client may set, by the names of their parameters: `stallTimeout` and `stall_timeout`. */
const FIELDS: ReadonlyMap<string, OptionField> = new Map(
  optionFields()
    .filter(({ of, kind, help }) => of === "page" && kind !== "value" && kind !== "headers" && help !== undefined)
    .flatMap((field) => [
      [field.name, field] as const,
      [field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), field] as const,
    ]),
);

/**
 * What the query of a URL asks for. Which options there are, and what they may be, is said by the fetcher's own schema.
 *
 * @throws RequestRefusedError when the URL is missing, or an option is said twice; InvalidArgumentError for one that cannot be
 *   read
 */
export function pageCall(query: URLSearchParams): PageCall {
  const url = query.get("url");
  if (url === null || url === "") {
    const message = "Cannot fetch a page as its URL is missing: received no parameter url (write ?url=https%3A%2F%2F…)";
    throw new RequestRefusedError(400, "URL_MISSING", message);
  }
  const options: Record<string, unknown> = {};
  for (const [name, text] of query) {
    if (OURS.has(name)) continue;
    const field = FIELDS.get(name);
    const key = field?.name ?? name;
    if (Object.hasOwn(options, key)) {
      throw new RequestRefusedError(400, "TWICE", `Cannot fetch a page as ${key} is there twice: received ${text}`);
    }
    // What there is not is refused by the schema, in its own words.
    options[key] = field === undefined ? text : optionOfText(DOING, field, text);
  }
  return { url, options };
}
