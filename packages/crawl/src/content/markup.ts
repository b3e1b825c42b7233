// The characters that mean something between "<" and ">", and how to get over what stands there. All functions take an
// index into the text and return one; beyond the end of the text there is nothing that they take for anything.

export const DOUBLE_QUOTE = 0x22;
export const SINGLE_QUOTE = 0x27;
export const SLASH = 0x2f;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;

export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Space, line feed, tab, carriage return, form feed: in the order of how often they come. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0x0c;
}

/** All that end a name are below the letters, so most characters cost one comparison. */
export function isTagNameEnd(code: number): boolean {
  return code <= GREATER && (code === GREATER || code === SLASH || isSpace(code));
}

export function skipSpace(html: string, from: number): number {
  let at = from;
  while (isSpace(html.charCodeAt(at))) at++;
  return at;
}

export function skipSpaceAndSlash(html: string, from: number): number {
  let at = from;
  for (let code = html.charCodeAt(at); code === SLASH || isSpace(code); code = html.charCodeAt(++at));
  return at;
}

/** The first character belongs to the name whatever it is, also "=". */
export function attributeNameEnd(html: string, from: number): number {
  let at = from + 1;
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === EQUALS || isTagNameEnd(code)) break;
  }
  return at;
}

/** Where a value without quotes ends: a slash belongs to it. */
export function unquotedEnd(html: string, from: number): number {
  let at = from;
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code <= GREATER && (code === GREATER || isSpace(code))) break;
  }
  return at;
}

/** What comes after a comment that begins at `at` with `<!--`; -1 if it does not end. */
export function commentEnd(html: string, at: number): number {
  // The dashes that end it may be those that began it: `<!-->`.
  if (html.startsWith(">", at + 4)) return at + 5;
  if (html.startsWith("->", at + 4)) return at + 6;
  for (let dashes = html.indexOf("--", at + 4); dashes >= 0; dashes = html.indexOf("--", dashes + 1)) {
    if (html.startsWith(">", dashes + 2)) return dashes + 3;
    if (html.startsWith("!>", dashes + 2)) return dashes + 4;
  }
  return -1;
}

/** Where the end tag of an element of raw text is, whose text begins at `from`; the length of the text if it has none. */
export function rawTextEnd(html: string, from: number, name: string): number {
  // Nothing ends it.
  if (name === "plaintext") return html.length;
  for (let end = html.indexOf("</", from); end >= 0; end = html.indexOf("</", end + 2)) {
    const after = end + 2 + name.length;
    if (!isTagNameEnd(html.charCodeAt(after)) || html.slice(end + 2, after).toLowerCase() !== name) continue;
    if (name === "script" && html.slice(from, end).includes("<!--")) return escapedScriptEnd(html, from);
    return end;
  }
  return html.length;
}

const SCRIPT_MARK = /<!--|-->|<\/?script(?=[\t\n\f\r />])/gi;

/** Where a script with `<!--` in it ends: behind that and `<script`, while neither is closed, the next end tag is no end. */
function escapedScriptEnd(html: string, from: number): number {
  let isEscaped = false;
  let isTwice = false;
  SCRIPT_MARK.lastIndex = from;
  for (let found = SCRIPT_MARK.exec(html); found !== null; found = SCRIPT_MARK.exec(html)) {
    const [mark] = found;
    if (mark === "<!--") {
      isEscaped = true;
      // The two dashes may close it as well: `<!-->`.
      SCRIPT_MARK.lastIndex -= 2;
    } else if (mark === "-->") isEscaped = isTwice = false;
    else if (!mark.startsWith("</")) isTwice = isEscaped;
    else if (!isTwice) return found.index;
    else isTwice = false;
  }
  return html.length;
}
