import { charsetIn, encodingSaid } from "./metaCharset.js";
import { TagNames } from "./tagName.js";
import { TagScanner } from "./tagScanner.js";

/** What stands in a head; with anything else the body has begun. */
const HEAD = new TagNames(
  "base basefont bgsound head html link meta noscript object script style template title".split(" "),
);
const META = new TagNames(["meta"]);

/**
 * The charset that a document names in its head, however far into it: browsers begin to read such a page in another
 * charset, and change over when they come to it (WHATWG HTML 13.2.3.4). Unlike their first look at the beginning it
 * knows what is in a script or a title.
 *
 * @param text one character a byte
 * @returns an encoding's name; undefined if there is none up to the body
 */
export function lateMetaCharset(text: string): string | undefined {
  const scanner = new TagScanner(text);
  while (scanner.next()) {
    if (scanner.kind === "other") continue;
    const name = HEAD.candidate(scanner.code);
    if (name === undefined || !scanner.is(name)) return undefined;
    if (scanner.kind !== "start" || META.candidate(scanner.code) === undefined || !scanner.is("meta")) continue;
    const label = labelOf(scanner);
    const encoding = label === undefined ? undefined : encodingSaid(label);
    if (encoding !== undefined) return encoding;
  }
  return undefined;
}

function labelOf(meta: TagScanner): string | undefined {
  const charset = meta.attribute("charset");
  if (charset !== undefined) return charset;
  if (meta.attribute("http-equiv")?.toLowerCase() !== "content-type") return undefined;
  return charsetIn(meta.attribute("content")?.toLowerCase() ?? "");
}
