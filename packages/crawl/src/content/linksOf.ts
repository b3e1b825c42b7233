import { checkOptions, invalid } from "../ground/check.js";
import { baseUrlOf, checkHtml } from "./checkContent.js";
import type { Link, LinkElement } from "./link.js";
import { LINK_ELEMENTS } from "./link.js";
import { refreshTarget } from "./refresh.js";
import { TagScanner } from "./tagScanner.js";
import { UrlResolver } from "./urlResolver.js";

export interface LinksOptions {
  /** Which elements count. Default all of `LINK_ELEMENTS`. */
  elements?: readonly LinkElement[];
}

/** What holds the address of each element. */
const ADDRESS: Readonly<Record<LinkElement, string>> = {
  a: "href",
  area: "href",
  link: "href",
  iframe: "src",
  frame: "src",
  form: "action",
  meta: "content",
};

const NO_WORDS: readonly string[] = [];

/**
 * All places that a page leads to, in the order in which they stand there, each as often as it stands there. What is
 * not http or https, or no URL at all, is left out. Links in comments and scripts are none; links in `<noscript>` and
 * `<template>` are.
 *
 * One pass, without a tree.
 *
 * @param baseUrl the URL that the page came from; a `<base href>` in the page goes on top of it
 * @throws InvalidArgumentError for anything but text, a base that is no absolute URL, unknown elements
 */
export function linksOf(html: string, baseUrl: string | URL, options: LinksOptions = {}): Link[] {
  checkHtml("find links", html);
  const base = baseUrlOf("find links", baseUrl);
  const wanted = wantedElements(options);
  const found: Found[] = [];
  let baseHref: string | undefined;
  const scanner = new TagScanner(html);
  while (scanner.next()) {
    if (scanner.kind !== "start") continue;
    const { name } = scanner;
    // The first one counts, for the links before it too.
    if (name === "base" && baseHref === undefined) baseHref = scanner.attributes().get("href");
    else if (wanted.has(name)) take(name as LinkElement, scanner.attributes(), found);
  }
  return resolved(found, new UrlResolver(base, baseHref));
}

interface Found extends Omit<Link, "url"> {
  readonly address: string;
}

function take(element: LinkElement, attributes: ReadonlyMap<string, string>, found: Found[]): void {
  let address = attributes.get(ADDRESS[element]);
  if (element === "meta") {
    address = attributes.get("http-equiv")?.toLowerCase() === "refresh" ? refreshTarget(address ?? "") : undefined;
  }
  if (element === "form") {
    // Without an address it leads to the page itself.
    found.push({ address: address ?? "", element, rel: wordsOf(attributes.get("rel")), method: methodOf(attributes) });
  } else if (address !== undefined) {
    found.push({ address, element, rel: wordsOf(attributes.get("rel")) });
  }
}

function methodOf(attributes: ReadonlyMap<string, string>): "get" | "post" | "dialog" {
  const method = attributes.get("method")?.toLowerCase();
  return method === "post" || method === "dialog" ? method : "get";
}

/** The words of an attribute that is a list of them. */
function wordsOf(value: string | undefined): readonly string[] {
  if (value === undefined || value === "") return NO_WORDS;
  return value.toLowerCase().match(/[^\t\n\f\r ]+/g) ?? NO_WORDS;
}

function resolved(found: readonly Found[], resolver: UrlResolver): Link[] {
  const links: Link[] = [];
  for (const { address, ...rest } of found) {
    const url = resolver.resolve(address);
    if (url !== undefined) links.push({ url, ...rest });
  }
  return links;
}

const ALL: ReadonlySet<string> = new Set(LINK_ELEMENTS);

function wantedElements(options: LinksOptions): ReadonlySet<string> {
  checkOptions("find links", options, ["elements"]);
  const { elements } = options;
  if (elements === undefined) return ALL;
  for (const element of Array.isArray(elements) ? elements : [elements]) {
    if (ALL.has(element)) continue;
    throw invalid("find links", `elements must be a list of ${LINK_ELEMENTS.join(", ")}`, element);
  }
  return new Set(elements);
}
