import TurndownService from "turndown";
import { baseHrefOf } from "../baseHrefOf.js";
import { shallow } from "../shallow.js";
import { UrlResolver } from "../urlResolver.js";
import type { MarkdownJob } from "./contentJob.js";
import type { DomNode } from "./domNode.js";
import { addTables } from "./markdownTables.js";

const UNSEEN = new Set(
  "SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME OBJECT CANVAS AUDIO VIDEO HEAD TITLE SVG BUTTON SELECT INPUT TEXTAREA".split(
    " ",
  ),
);
const INVISIBLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;

/** Markdown in GitHub's flavour. Slow: it builds a tree, so this is for a thread. */
export function toMarkdown(job: MarkdownJob): string {
  const service = new TurndownService({
    headingStyle: "atx",
    hr: "---",
    bulletListMarker: "-",
    codeBlockStyle: "fenced",
    emDelimiter: "*",
  });
  const whole = wholeUrls(job);
  const escaped = service.escape.bind(service);
  // What was text is to stay text: "<script>" would be a tag of its own.
  service.escape = (text) => escaped(text).replace(/<(?=[a-z/!?])/gi, "\\<");
  service.addRule("break in a heading", {
    filter: (node) => node.nodeName === "BR" && isInHeading(node as unknown as DomNode),
    replacement: () => " ",
  });
  service.addRule("struck", {
    filter: ["del", "s"],
    replacement: (content) => (content.trim() === "" ? "" : `~~${content}~~`),
  });
  service.addRule("preformatted", {
    filter: (node) => node.nodeName === "PRE" && node.firstChild?.nodeName !== "CODE",
    replacement: (_, node) => fenced((node as unknown as DomNode).textContent ?? ""),
  });
  service.addRule("link", {
    filter: (node) => node.nodeName === "A" && node.hasAttribute("href"),
    replacement: (content, node) => linkTo(content, node as unknown as DomNode, { whole, isKept: job.links }),
  });
  service.addRule("image", {
    filter: "img",
    replacement: (_, node) => (job.images ? image(node as unknown as DomNode, whole) : ""),
  });
  addTables(service);
  // The last one goes first. Not `remove()`, which comes behind the rules for paragraphs and the like.
  service.addRule("unseen", { filter: (node) => isUnseen(node as unknown as DomNode), replacement: () => "" });
  return service.turndown(shallow(job.html)).trim();
}

/** A heading is a line, and what comes after its end is no part of it. */
function isInHeading(node: DomNode): boolean {
  for (let at = node.parentNode; at !== null; at = at.parentNode) {
    if (/^H[1-6]$/.test(at.nodeName)) return true;
  }
  return false;
}

function isUnseen(node: DomNode): boolean {
  if (UNSEEN.has(node.nodeName.toUpperCase())) return true;
  if (node.hasAttribute?.("hidden") === true) return true;
  if (node.nodeName === "DIALOG" && node.hasAttribute?.("open") !== true) return true;
  return INVISIBLE.test(node.getAttribute?.("style") ?? "");
}

/** What makes an address whole; one that cannot be is left as it is. */
function wholeUrls({ html, baseUrl }: MarkdownJob): (address: string) => string {
  if (baseUrl === null) return (address) => address.trim();
  const resolver = new UrlResolver(new URL(baseUrl), baseHrefOf(html));
  return (address) => resolver.resolve(address) ?? address.trim();
}

function linkTo(
  content: string,
  node: DomNode,
  options: { whole: (address: string) => string; isKept: boolean },
): string {
  const words = content.trim().replace(/\s*\n\s*/g, " ");
  const address = options.whole(node.getAttribute?.("href") ?? "");
  if (!options.isKept || words === "" || /^(?:javascript|data):/i.test(address)) return content;
  return `${spaceAround(content, `[${words}](${destination(address)}${title(node)})`)}`;
}

/** The spaces that stood around the words stand around the link. */
function spaceAround(content: string, link: string): string {
  return `${/^\s/.test(content) ? " " : ""}${link}${/\s$/.test(content) ? " " : ""}`;
}

function image(node: DomNode, whole: (address: string) => string): string {
  const address = node.getAttribute?.("src")?.trim() ?? "";
  // A data URL is a picture in a text that somebody wants to read.
  if (address === "" || address.startsWith("data:")) return "";
  const alt = (node.getAttribute?.("alt") ?? "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[[\]\\]/g, "\\$&");
  return `![${alt}](${destination(whole(address))}${title(node)})`;
}

function title(node: DomNode): string {
  const words = node.getAttribute?.("title")?.replace(/\s+/g, " ").trim() ?? "";
  return words === "" ? "" : ` "${words.replace(/["\\]/g, "\\$&")}"`;
}

function destination(address: string): string {
  return /[\s()<>]/.test(address) ? `<${address.replace(/[<>\n]/g, encodeURIComponent)}>` : address;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `\n\n${fence}\n${text.replace(/^\r?\n|\r?\n$/g, "")}\n${fence}\n\n`;
}
