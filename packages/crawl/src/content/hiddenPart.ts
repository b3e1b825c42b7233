import { TagNames, tagCode } from "./tagName.js";
import type { TagScanner } from "./tagScanner.js";

/** Elements that have no content. */
const VOID: ReadonlySet<string> = new Set(
  "area base basefont br col embed frame hr img input link meta param source track wbr".split(" "),
);

/** Elements whose content a browser with scripts does not show, whatever their attributes. */
const UNSEEN = new TagNames(
  "annotation audio canvas datalist iframe noembed noframes noscript object script style template title video".split(
    " ",
  ),
);

const BODY = tagCode("body");
const HTML = tagCode("html");

const INVISIBLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;

interface OptionalEnd {
  /** Start tags that end the element without an end tag of its own. */
  readonly by: ReadonlySet<string>;
  /** Not inside one of these. */
  readonly unlessIn: ReadonlySet<string>;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

const OPTIONAL_ENDS: ReadonlyMap<string, OptionalEnd> = new Map(
  (
    [
      ["li", "li", "ul ol menu"],
      ["dt", "dt dd", "dl"],
      ["dd", "dt dd", "dl"],
      ["option", "option optgroup", "select"],
      ["optgroup", "optgroup", "select"],
      ["td", "td th tr tbody tfoot", "table"],
      ["th", "td th tr tbody tfoot", "table"],
      ["tr", "tr tbody tfoot", "table"],
      ["thead", "tbody tfoot", "table"],
      ["tbody", "tbody tfoot", "table"],
      [
        "p",
        "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul",
        "button",
      ],
    ] as const
  ).map(([name, by, unlessIn]) => [name, { by: words(by), unlessIn: words(unlessIn) }]),
);

/**
 * Follows a scanner, and tells which parts of a page are not seen: `hidden`, `style="display: none"`, scripts, what is
 * meant for browsers without scripts. It keeps a list of open elements only while it is in such a part.
 */
export class HiddenPart {
  /** The open elements of the part, the outermost first. */
  readonly #open: string[] = [];

  /** To be called at each tag. Returns whether what comes next is hidden. */
  see(scanner: TagScanner): boolean {
    const open = this.#open;
    if (scanner.kind === "other") return open.length > 0;
    if (open.length === 0) {
      if (scanner.kind === "start" && isHidden(scanner)) this.#push(scanner.name);
      return open.length > 0;
    }
    const { name } = scanner;
    const optional = OPTIONAL_ENDS.get(open[0] as string);
    if (scanner.kind === "end") {
      const at = open.lastIndexOf(name);
      if (at >= 0) shorten(open, at);
      // The end of something around it: what was left open ends with it.
      else if (optional !== undefined) shorten(open, 0);
      return open.length > 0;
    }
    if (optional?.by.has(name) === true && !open.some((each, at) => at > 0 && optional.unlessIn.has(each))) {
      shorten(open, 0);
      return this.see(scanner);
    }
    this.#push(name);
    return true;
  }

  #push(name: string): void {
    if (!VOID.has(name)) this.#open.push(name);
  }
}

function isHidden(scanner: TagScanner): boolean {
  const unseen = UNSEEN.candidate(scanner.code);
  if (unseen !== undefined && scanner.is(unseen)) return true;
  // A body that is hidden is shown by a script: such a page is not empty.
  if (!scanner.hasAttributes || scanner.code === BODY || scanner.code === HTML) return false;
  const hidden = scanner.attribute("hidden");
  // What can be found by searching in the page is there to be read.
  if (hidden !== undefined && hidden.toLowerCase() !== "until-found") return true;
  const style = scanner.attribute("style");
  return style !== undefined && INVISIBLE.test(style);
}

/** Not by `length`, which at 0 drops the memory of the array, for the next element to ask for anew. */
function shorten(open: string[], length: number): void {
  while (open.length > length) open.pop();
}
