import { TagNames } from "./tagName.js";
import { TagScanner } from "./tagScanner.js";

/**
 * So many elements inside of each other are in no page that somebody wrote, and browsers stop there too. Trees become slow
 * with their depth, and what walks them overflows the stack: a page of a hundred thousand `<div>` would be a trap.
 */
const MOST_DEPTH = 512;

/** Elements that have no content, and those that a parser ends by itself: they are never inside of each other for long. */
const UNCOUNTED = new TagNames(
  (
    "area base basefont br col embed frame hr img input link meta param source track wbr " +
    "body dd dt head html li option optgroup p rp rt tbody td tfoot th thead tr"
  ).split(" "),
);

/** `html` as it is, or, if it is nested too deeply, without the tags that lie too deep; their text stays. */
export function shallow(html: string): string {
  const scanner = new TagScanner(html);
  let depth = 0;
  let dropped = 0;
  let kept = "";
  let from = 0;
  while (scanner.next()) {
    if (scanner.kind === "other") continue;
    const uncounted = UNCOUNTED.candidate(scanner.code);
    if (uncounted !== undefined && scanner.is(uncounted)) continue;
    const isStart = scanner.kind === "start";
    if (isStart ? depth < MOST_DEPTH : dropped === 0) {
      depth = Math.max(0, depth + (isStart ? 1 : -1));
      continue;
    }
    dropped += isStart ? 1 : -1;
    kept += html.slice(from, scanner.start);
    from = scanner.end;
  }
  return from === 0 ? html : kept + html.slice(from);
}
