import type { AnyNode, ChildNode, Document, Element } from "domhandler";
import { invalid } from "../ground/check.js";
import { checkHtml } from "./checkContent.js";
import { shallow } from "./shallow.js";
import { textOf } from "./textOf.js";

/** An element of a page, as `select()` finds it. Nothing of it can be changed. */
export interface SelectedElement {
  /** In lower case: "a". */
  readonly name: string;
  /** The text that a reader sees in it, as `textOf()` makes it. */
  readonly text: string;
  /** The attributes, by their names in lower case. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What is inside of it, as HTML. */
  readonly html: string;
  /** The element itself, as HTML. */
  readonly outerHtml: string;
  /** The value of an attribute; undefined if there is none of that name. */
  attribute(name: string): string | undefined;
  /** The elements inside of this one that a selector matches, in the order of the page. */
  select(css: string): SelectedElement[];
}

/** What it takes: parser, selectors, serializer. */
interface Tools {
  parse(html: string): Document;
  selectAll(css: string, root: Document | Element): Element[];
  write(nodes: ChildNode | ChildNode[]): string;
}

/** Loaded by the first call: a program that selects nothing pays nothing for it. */
async function loadTools(): Promise<Tools> {
  const [parser, selector, serializer] = await Promise.all([
    import("htmlparser2"),
    import("css-select"),
    import("dom-serializer"),
  ]);
  return {
    parse: (html) => parser.parseDocument(html),
    selectAll: (css, root) => selector.selectAll<AnyNode, Element>(css, root),
    write: (nodes) => serializer.render(nodes, { encodeEntities: "utf8" }),
  };
}

/**
 * The elements of a page that a CSS selector matches, in the order of the page:
 *
 *     for (const row of await select(html, "table.prices tr")) console.log(row.select("td").map(({ text }) => text));
 *
 * The selectors are those of CSS 4, with `:has()`, `:is()` and `:scope`, but for what needs a style sheet or a mouse, and
 * `:contains("words")`. The page is parsed forgivingly, not exactly as a browser would: no `<tbody>` appears where none is written.
 *
 * @throws InvalidArgumentError for anything but text, and for a selector that is none
 */
export async function select(html: string, css: string): Promise<SelectedElement[]> {
  checkHtml("select elements", html);
  checkSelector(css);
  const tools = await loadTools();
  return selected(tools, tools.parse(shallow(html)), css);
}

/** Elements whose content is not markup: their text is what stands there, as of a script with JSON. */
const RAW: ReadonlySet<string> = new Set([
  "script",
  "style",
  "textarea",
  "title",
  "xmp",
  "noembed",
  "noframes",
  "iframe",
]);

class Selected implements SelectedElement {
  readonly #node: Element;
  readonly #tools: Tools;

  constructor(node: Element, tools: Tools) {
    this.#node = node;
    this.#tools = tools;
  }

  get name(): string {
    return this.#node.name;
  }

  get text(): string {
    if (RAW.has(this.name)) return this.#node.children.map((child) => ("data" in child ? child.data : "")).join("");
    // Of the children: whoever asks for a hidden element by its name wants to read it.
    return textOf(this.name === "pre" ? `<pre>${this.html}</pre>` : this.html);
  }

  get attributes(): Readonly<Record<string, string>> {
    return { ...this.#node.attribs };
  }

  get html(): string {
    return this.#tools.write(this.#node.children);
  }

  get outerHtml(): string {
    return this.#tools.write(this.#node);
  }

  attribute(name: string): string | undefined {
    if (typeof name !== "string") throw invalid("read an attribute", "its name must be a string", name);
    const key = name.toLowerCase();
    return Object.hasOwn(this.#node.attribs, key) ? this.#node.attribs[key] : undefined;
  }

  select(css: string): SelectedElement[] {
    checkSelector(css);
    return selected(this.#tools, this.#node, css);
  }
}

function checkSelector(css: unknown): void {
  if (typeof css === "string" && css.trim() !== "") return;
  throw invalid("select elements", 'the selector must be a string that is not empty, as "h1 > a[href]"', css);
}

function selected(tools: Tools, root: Document | Element, css: string): SelectedElement[] {
  let found: Element[];
  try {
    found = tools.selectAll(css, root);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid("select elements", `the selector cannot be used (${why})`, css);
  }
  return found.map((node) => new Selected(node, tools));
}
