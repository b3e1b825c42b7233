import { TagScanner } from "./tagScanner.js";

/** The `href` of the first `<base>` that has one, looked for up to the `<body>`; undefined if there is none. */
export function baseHrefOf(html: string): string | undefined {
  const scanner = new TagScanner(html);
  while (scanner.next()) {
    if (scanner.kind !== "start") continue;
    if (scanner.is("body")) return undefined;
    const href = scanner.is("base") ? scanner.attribute("href") : undefined;
    if (href !== undefined) return href;
  }
  return undefined;
}
