import { isTagNameEnd } from "./markup.js";

/**
 * A number for the name of a tag, whatever its case: two tags with different numbers have different names. So most tags
 * of a page are passed over without ever making a string of their name.
 */
export function tagCode(name: string): number {
  return tagCodeAt(name, 0).code;
}

const found = { code: 0, end: 0 };

/** The number of the name that begins at `from`, and where it ends. The same object each time. */
export function tagCodeAt(html: string, from: number): { readonly code: number; readonly end: number } {
  let code = 0;
  let at = from;
  for (; at < html.length; at++) {
    const character = html.charCodeAt(at);
    if (isTagNameEnd(character)) break;
    code = (Math.imul(code, 31) + (character | 0x20)) | 0;
  }
  found.code = code;
  found.end = at;
  return found;
}

/** Names of tags, to be asked for by number first and by name then. */
export class TagNames {
  readonly #names: Map<number, string>;

  constructor(names: Iterable<string>) {
    this.#names = new Map(Array.from(names, (name) => [tagCode(name), name]));
  }

  /** Which of the names the tag may have; undefined if it has none of them. */
  candidate(code: number): string | undefined {
    return this.#names.get(code);
  }
}
