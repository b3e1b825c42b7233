import { checkOptions, invalid } from "../ground/check.js";
import { baseUrlOf, checkHtml } from "./checkContent.js";
import type { Link, LinkElement } from "./link.js";
import { LINK_ELEMENTS } from "./link.js";
import { refreshTarget } from "./refresh.js";
import { TagNames } from "./tagName.js";
import { TagScanner } from "./tagScanner.js";
import { UrlResolver } from "./urlResolver.js";
import { wordsOf } from "./wordsOf.js";

export interface LinksOptions {
  /** Which elements count. Default all of `LINK_ELEMENTS`. */
  elements?: readonly LinkElement[];
}

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
  const names = namesOf(options);
  const found: Draft[] = [];
  let baseHref: string | undefined;
  const scanner = new TagScanner(html);
  while (scanner.next()) {
    if (scanner.kind !== "start") continue;
    const name = names.candidate(scanner.code);
    if (name === undefined || !scanner.is(name)) continue;
    // The first one counts, for the links before it too.
    if (name === "base") baseHref ??= scanner.attribute("href");
    else take(name as LinkElement, scanner, found);
  }
  return resolve(found, new UrlResolver(base, baseHref));
}

/** A link whose URL is as the page has it. */
interface Draft extends Omit<Link, "url"> {
  url: string;
}

function take(element: LinkElement, scanner: TagScanner, found: Draft[]): void {
  const url = addressOf(element, scanner);
  if (url === undefined) return;
  const rel = wordsOf(scanner.attribute("rel"));
  if (element === "form") found.push({ url, element, rel, method: methodOf(scanner.attribute("method")) });
  else found.push({ url, element, rel });
}

function addressOf(element: LinkElement, scanner: TagScanner): string | undefined {
  switch (element) {
    case "a":
      return scanner.attribute("href") ?? (scanner.isForeign ? scanner.attribute("xlink:href") : undefined);
    case "area":
    case "link":
      return scanner.attribute("href");
    case "iframe":
    case "frame":
      return scanner.attribute("src");
    case "form":
      // Without an address it leads to the page itself.
      return scanner.attribute("action") ?? "";
    case "meta":
      if (scanner.attribute("http-equiv")?.toLowerCase() !== "refresh") return undefined;
      return refreshTarget(scanner.attribute("content") ?? "");
  }
}

function methodOf(value: string | undefined): "get" | "post" | "dialog" {
  const method = value?.toLowerCase();
  return method === "post" || method === "dialog" ? method : "get";
}

/** Makes the URLs whole, in place, and drops those that lead nowhere. */
function resolve(found: Draft[], resolver: UrlResolver): Link[] {
  let kept = 0;
  for (const draft of found) {
    const url = resolver.resolve(draft.url);
    if (url === undefined) continue;
    draft.url = url;
    found[kept++] = draft;
  }
  found.length = kept;
  return found;
}

const ALL_NAMES = new TagNames([...LINK_ELEMENTS, "base"]);

function namesOf(options: LinksOptions): TagNames {
  checkOptions("find links", options, ["elements"]);
  const elements: unknown = options.elements;
  if (elements === undefined) return ALL_NAMES;
  const all: readonly unknown[] = LINK_ELEMENTS;
  const wrong = Array.isArray(elements) ? elements.find((element) => !all.includes(element)) : elements;
  if (wrong === undefined) return new TagNames([...(elements as LinkElement[]), "base"]);
  throw invalid("find links", `elements must be a list of ${LINK_ELEMENTS.join(", ")}`, wrong);
}
