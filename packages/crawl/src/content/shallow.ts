import { TagNames } from "./tagName.js";
import { TagScanner } from "./tagScanner.js";

/**
 * So many elements inside of each other are in no page that somebody wrote, and browsers stop there too. Trees become slow
 * with their depth, and what walks them overflows the stack: a page of a hundred thousand `<div>` would be a trap.
 */
const MOST_DEPTH = 512;

/** With those whose end is left to the parser, which may nest where their writer meant a list. */
const MOST_LOOSE_DEPTH = 1000;

/** Elements that have no content. */
const VOID = new TagNames(
  "area base basefont br col embed frame hr img input link meta param source track wbr".split(" "),
);

/** Elements that a parser ends by itself. */
const LOOSE = new TagNames("body dd dt head html li option optgroup p rp rt tbody td tfoot th thead tr".split(" "));

/** `html` as it is, or, if it is nested too deeply, without the tags that lie too deep; their text stays. */
export function shallow(html: string): string {
  const scanner = new TagScanner(html);
  const open = new OpenElements();
  let kept = "";
  let from = 0;
  while (scanner.next()) {
    if (scanner.kind === "other") continue;
    const isKept = scanner.kind === "end" ? open.end(scanner.code) : start(open, scanner);
    if (isKept) continue;
    kept += html.slice(from, scanner.start);
    from = scanner.end;
  }
  return from === 0 ? html : kept + html.slice(from);
}

function start(open: OpenElements, scanner: TagScanner): boolean {
  // What has no content makes nothing deeper.
  if (isOne(VOID, scanner) || (scanner.isForeign && scanner.isSelfClosing)) return true;
  return open.start(scanner.code, isOne(LOOSE, scanner));
}

function isOne(names: TagNames, scanner: TagScanner): boolean {
  const name = names.candidate(scanner.code);
  return name !== undefined && scanner.is(name);
}

/** The elements that are open, by the numbers of their names. Each tag costs the same, however many there are. */
class OpenElements {
  readonly #codes: number[] = [];
  /** Of each, whether its tags stay. */
  readonly #kept: boolean[] = [];
  /** Of each, whether it counts. */
  readonly #strict: boolean[] = [];
  /** How many there are with a number: most end tags that end nothing are known by that. */
  readonly #counts: Map<number, number> = new Map();
  #keptDepth = 0;
  #strictDepth = 0;

  /** Returns whether the start tag stays. */
  start(code: number, isLoose: boolean): boolean {
    // One that ends its like, as the next item of a list does.
    if (isLoose && this.#codes.at(-1) === code) return this.#kept.at(-1) === true;
    const isKept = this.#keptDepth < MOST_LOOSE_DEPTH && (isLoose || this.#strictDepth < MOST_DEPTH);
    this.#codes.push(code);
    this.#kept.push(isKept);
    this.#strict.push(!isLoose);
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (isKept) this.#keptDepth++;
    if (isKept && !isLoose) this.#strictDepth++;
    return isKept;
  }

  /** Returns whether the end tag stays. One that ends nothing does. */
  end(code: number): boolean {
    if ((this.#counts.get(code) ?? 0) === 0) return true;
    let isKept = true;
    for (let last: number | undefined; last !== code; ) {
      last = this.#codes.pop() as number;
      isKept = this.#kept.pop() as boolean;
      const isStrict = this.#strict.pop() as boolean;
      this.#counts.set(last, (this.#counts.get(last) ?? 0) - 1);
      if (isKept) this.#keptDepth--;
      if (isKept && isStrict) this.#strictDepth--;
    }
    return isKept;
  }
}
