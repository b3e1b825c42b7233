/**
 * The path of a rule in robots.txt, to be compared with the paths of URLs (RFC 9309, section 2.2.3). It matches from
 * the start of a path, whatever follows, but:
 *
 *     *    stands for any characters, none included
 *     $    at the end of the rule stands for the end of the path
 *
 * What is compared is bytes, so that it does not matter how a rule or a URL has written them: `normalise()` gives both
 * sides the same form first.
 */
export class RobotsPattern {
  /** How specific it is: the most specific of the rules that match decides. */
  readonly octets: number;
  /** What stands between the stars. */
  readonly #parts: readonly string[];
  readonly #toTheEnd: boolean;

  /** `text` is the value of the rule, with a character for each byte. */
  constructor(text: string) {
    this.#toTheEnd = text.endsWith("$");
    const parts = (this.#toTheEnd ? text.slice(0, -1) : text).split("*").map(normalise);
    this.octets = parts.join("*").length + (this.#toTheEnd ? 1 : 0);
    // Several stars in a row are one. Those at the ends matter: they keep their empty parts.
    this.#parts = parts.filter((part, n) => part !== "" || n === 0 || n === parts.length - 1);
  }

  /**
   * Whether it matches a path with its query, in normal form. Each part is looked for behind the one before it, once:
   * if the nearest place does not do for those behind, no later one does.
   */
  matches(path: string): boolean {
    const parts = this.#parts;
    const [first = ""] = parts;
    if (!path.startsWith(first)) return false;
    const last = parts.length - 1;
    if (last === 0) return !this.#toTheEnd || path.length === first.length;
    let at = first.length;
    for (let n = 1; n <= last; n++) {
      const part = parts[n] ?? "";
      if (n === last && this.#toTheEnd) return path.length - part.length >= at && path.endsWith(part);
      const found = path.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return true;
  }
}

/** All that may stand in a URL as itself, but for the two characters that mean something in a rule. */
const PLAIN = /^[A-Za-z0-9\-._~:/?#[\]@!&'()+,;=]*$/;
const SPECIAL = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?#[\]@!&'()+,;=]/g;
const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * The one form of all ways to write the same path: what need not be percent-encoded is not, what is or must be is so
 * with capital letters. A reserved character that is encoded stays different from one that is not. `text` has a
 * character for each byte.
 */
export function normalise(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (found) => {
    if (found.length === 1) return encoded(found.charCodeAt(0));
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16));
    return UNRESERVED.test(character) ? character : found.toUpperCase();
  });
}

function encoded(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** What rules are compared with: the path of a URL and its query, in normal form. */
export function robotsPath(url: URL): string {
  return normalise(url.pathname + url.search);
}
