import { encodingOf } from "./encodingLabel.js";

/**
 * The charset that an HTML document names about itself, found as browsers do it before they parse ("prescan a
 * byte stream to determine its encoding", WHATWG HTML 13.2.3.2): `<meta charset>` and `<meta
 * http-equiv="content-type">`, not inside comments and not inside the attributes of other tags. If there is
 * none, what an XML declaration says.
 *
 * @param head the first 1024 bytes, one character a byte
 * @returns an encoding's name, or what was named although it is none; undefined if nothing was
 */
export function metaCharset(head: string): { encoding?: string; unknown?: string } {
  const scan = new Prescan(head);
  const found = scan.run() ?? lookUp(xmlEncoding(head), scan);
  return found === undefined ? (scan.unknown === undefined ? {} : { unknown: scan.unknown }) : { encoding: found };
}

const SPACE = /[\t\n\f\r ]/;
const SPACE_OR_SLASH = /[\t\n\f\r /]/;

interface Attribute {
  readonly name: string;
  readonly value: string;
}

class Prescan {
  /** The first label that was named and is none. */
  unknown: string | undefined;
  readonly #head: string;
  #at = 0;

  constructor(head: string) {
    this.#head = head;
  }

  run(): string | undefined {
    const head = this.#head;
    for (;;) {
      this.#at = head.indexOf("<", this.#at);
      if (this.#at < 0) return undefined;
      const tag = head.slice(this.#at, this.#at + 6).toLowerCase();
      if (tag.startsWith("<!--")) {
        // The two dashes that end it may be those that began it: `<!-->`.
        this.#skipPast("-->", this.#at + 2);
      } else if (tag.startsWith("<meta") && SPACE_OR_SLASH.test(tag.charAt(5))) {
        this.#at += 5;
        const found = this.#meta();
        if (found !== undefined) return found;
      } else if (/^<\/?[a-z]/.test(tag)) {
        this.#skipTag();
      } else if (/^<[!/?]/.test(tag)) {
        this.#skipPast(">", this.#at + 1);
      } else {
        this.#at++;
      }
    }
  }

  /**
   * The attributes of one `meta`. A label counts when it is in `charset`, or in `content` beside the right
   * `http-equiv`.
   */
  #meta(): string | undefined {
    const seen = new Set<string>();
    let isPragma = false;
    let needsPragma = false;
    let label: string | undefined;
    for (let attribute = this.#attribute(); attribute !== undefined; attribute = this.#attribute()) {
      const { name, value } = attribute;
      if (seen.has(name)) continue;
      seen.add(name);
      if (name === "http-equiv") {
        isPragma = value === "content-type";
      } else if (name === "charset") {
        label = value;
        needsPragma = false;
      } else if (name === "content" && label === undefined) {
        label = charsetIn(value);
        needsPragma = label !== undefined;
      }
    }
    // A tag that the bytes break off in says nothing: its label may be half of one.
    if (this.#at >= this.#head.length || (needsPragma && !isPragma)) return undefined;
    return lookUp(label, this);
  }

  #skipTag(): void {
    while (this.#at < this.#head.length && !/[\t\n\f\r >]/.test(this.#head.charAt(this.#at))) this.#at++;
    while (this.#attribute() !== undefined);
  }

  #skipPast(what: string, from: number): void {
    const at = this.#head.indexOf(what, from);
    this.#at = at < 0 ? this.#head.length : at + what.length;
  }

  /**
   * The next attribute of the tag at hand, in lower case; undefined at the tag's end, or where the bytes end.
   */
  #attribute(): Attribute | undefined {
    const head = this.#head;
    this.#skip(SPACE_OR_SLASH);
    if (this.#at >= head.length || head.charAt(this.#at) === ">") return undefined;
    const name = this.#take((character, taken) => /[\t\n\f\r />]/.test(character) || (character === "=" && taken > 0));
    this.#skip(SPACE);
    if (head.charAt(this.#at) !== "=") return { name, value: "" };
    this.#at++;
    this.#skip(SPACE);
    const quote = head.charAt(this.#at);
    if (quote !== '"' && quote !== "'")
      return { name, value: this.#take((character) => /[\t\n\f\r >]/.test(character)) };
    this.#at++;
    const value = this.#take((character) => character === quote);
    if (this.#at >= head.length) return undefined;
    this.#at++;
    return { name, value };
  }

  #skip(what: RegExp): void {
    while (this.#at < this.#head.length && what.test(this.#head.charAt(this.#at))) this.#at++;
  }

  #take(ends: (character: string, taken: number) => boolean): string {
    const start = this.#at;
    while (this.#at < this.#head.length && !ends(this.#head.charAt(this.#at), this.#at - start)) this.#at++;
    return this.#head.slice(start, this.#at).toLowerCase();
  }
}

/** The label in a `content` attribute in lower case, such as `text/html; charset=koi8-r`. */
export function charsetIn(content: string): string | undefined {
  const match = /charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"'][^\t\n\f\r ;]*))/.exec(content);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** The label in `<?xml version="1.0" encoding="…"?>`, which has to be the very first thing. */
function xmlEncoding(head: string): string | undefined {
  if (!head.startsWith("<?xml")) return undefined;
  const match = /encoding[\0- ]*=[\0- ]*(?:"([^"]*)"|'([^']*)')/.exec(head.slice(0, head.indexOf(">") + 1));
  return match?.[1] ?? match?.[2];
}

/**
 * The encoding that a document means by a label in its own text. A document that could be read up to there is not in
 * UTF-16, whatever it says: such a label is taken for UTF-8. And x-user-defined, which is for scripts that read binary
 * data, is taken for windows-1252. Both as the standard has it.
 */
export function encodingSaid(label: string): string | undefined {
  const encoding = encodingOf(label);
  if (encoding === "x-user-defined") return "windows-1252";
  return encoding?.startsWith("utf-16") === true ? "utf-8" : encoding;
}

function lookUp(label: string | undefined, scan: Prescan): string | undefined {
  if (label === undefined) return undefined;
  const encoding = encodingSaid(label);
  if (encoding === undefined) scan.unknown ??= label;
  return encoding;
}
