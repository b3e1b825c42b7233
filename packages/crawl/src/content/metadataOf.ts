import { decodeHTML } from "entities/decode";
import { baseUrlOf, checkHtml } from "./checkContent.js";
import { collapsed } from "./collapsed.js";
import { TagScanner } from "./tagScanner.js";
import { UrlResolver } from "./urlResolver.js";
import { wordsOf } from "./wordsOf.js";

/** What a page says about itself in its head. */
export interface PageMetadata {
  /** The `<title>`, with its white space made single; null if there is none. */
  readonly title: string | null;
  readonly description: string | null;
  /** Where the page wants to be found, as a whole URL. */
  readonly canonical: string | null;
  /** The words of `<meta name=robots>`, in lower case: `["noindex", "nofollow"]`. */
  readonly robots: readonly string[];
  /** The `lang` of `<html>`: "en-GB". */
  readonly language: string | null;
  /** Open Graph and the like, by name without "og:": title, type, image, url. Of several, the first. */
  readonly openGraph: Readonly<Record<string, string>>;
  /** Twitter's cards, by name without "twitter:": card, title, image, site. Of several, the first. */
  readonly twitter: Readonly<Record<string, string>>;
  /**
   * What the page says of itself in JSON-LD, wherever it stands: each block as it was parsed, and a list of several as so many.
   * What is no JSON is left out; nothing in it is checked.
   */
  readonly jsonLd: readonly unknown[];
  /** RSS, Atom and JSON feeds. */
  readonly feeds: readonly Feed[];
  /** The page in other languages. */
  readonly translations: readonly Translation[];
}

export interface Feed {
  readonly url: string;
  /** "application/rss+xml", "application/atom+xml", "application/feed+json". */
  readonly type: string;
  readonly title: string | null;
}

export interface Translation {
  readonly url: string;
  /** As the page has it: "de-CH", "x-default". */
  readonly language: string;
}

const FEED = /^application\/(?:(?:rss|atom)\+xml|(?:feed\+)?json)$/;

/**
 * What a page says about itself: read up to its `<body>`, or to its end if it has none; JSON-LD in the body too.
 *
 * @param baseUrl the URL that the page came from
 * @throws InvalidArgumentError for anything but text, and a base that is no absolute URL
 */
export function metadataOf(html: string, baseUrl: string | URL): PageMetadata {
  checkHtml("read the metadata", html);
  const page = baseUrlOf("read the metadata", baseUrl);
  const head = new Head();
  const scanner = new TagScanner(html);
  for (let isOver = false; scanner.next(); ) {
    if (scanner.kind !== "start") continue;
    if (scanner.name === "script") head.script(scanner);
    else if (!isOver) isOver = head.see(scanner);
  }
  return head.result(page);
}

class Head {
  #title: string | null = null;
  #language: string | null = null;
  #baseHref: string | undefined;
  readonly #names: Map<string, string> = new Map();
  readonly #openGraph: Record<string, string> = {};
  readonly #twitter: Record<string, string> = {};
  readonly #jsonLd: unknown[] = [];
  readonly #links: { rel: readonly string[]; href: string; type: string; title: string | null; language: string }[] =
    [];

  /** Returns true at the body. */
  see(scanner: TagScanner): boolean {
    switch (scanner.name) {
      case "body":
        return true;
      case "html":
        this.#language ??= scanner.attribute("lang")?.trim() || null;
        break;
      case "base":
        this.#baseHref ??= scanner.attribute("href");
        break;
      case "title":
        this.#title ??= collapsed(decodeHTML(scanner.rawText())) || null;
        break;
      case "meta":
        this.#meta(scanner);
        break;
      case "link":
        this.#link(scanner);
        break;
    }
    return false;
  }

  script(scanner: TagScanner): void {
    if (scanner.attribute("type")?.trim().toLowerCase() !== "application/ld+json") return;
    try {
      const value: unknown = JSON.parse(scanner.rawText());
      if (Array.isArray(value)) this.#jsonLd.push(...value);
      else this.#jsonLd.push(value);
    } catch {
      // Somebody has forgotten a comma: no reason to do without the rest.
    }
  }

  result(page: URL): PageMetadata {
    const resolver = new UrlResolver(page, this.#baseHref);
    let canonical: string | null = null;
    const feeds: Feed[] = [];
    const translations: Translation[] = [];
    for (const { rel, href, type, title, language } of this.#links) {
      const url = resolver.resolve(href);
      if (url === undefined) continue;
      if (rel.includes("canonical")) canonical ??= url;
      if (!rel.includes("alternate")) continue;
      if (FEED.test(type)) feeds.push({ url, type, title });
      else if (language !== "") translations.push({ url, language });
    }
    return {
      title: this.#title,
      description: this.#names.get("description") ?? null,
      canonical,
      robots: wordsOf(this.#names.get("robots")?.replaceAll(",", " ")),
      language: this.#language,
      openGraph: this.#openGraph,
      twitter: this.#twitter,
      jsonLd: this.#jsonLd,
      feeds,
      translations,
    };
  }

  #meta(scanner: TagScanner): void {
    const content = scanner.attribute("content");
    if (content === undefined) return;
    const name = (scanner.attribute("name") ?? scanner.attribute("property") ?? "").trim().toLowerCase();
    if (name.startsWith("og:")) addFirst(this.#openGraph, name.slice(3), content);
    else if (name.startsWith("twitter:")) addFirst(this.#twitter, name.slice(8), content);
    else if (name === "robots") {
      // Several of them count together.
      this.#names.set(name, `${this.#names.get(name) ?? ""},${content}`);
    } else if (name !== "" && !this.#names.has(name)) {
      this.#names.set(name, collapsed(content));
    }
  }

  #link(scanner: TagScanner): void {
    const href = scanner.attribute("href");
    const rel = wordsOf(scanner.attribute("rel"));
    if (href === undefined || !(rel.includes("canonical") || rel.includes("alternate"))) return;
    this.#links.push({
      rel,
      href,
      type: scanner.attribute("type")?.trim().toLowerCase() ?? "",
      title: collapsed(scanner.attribute("title") ?? "") || null,
      language: scanner.attribute("hreflang")?.trim() ?? "",
    });
  }
}

function addFirst(fields: Record<string, string>, key: string, content: string): void {
  // A page may call one "__proto__".
  if (!Object.hasOwn(fields, key)) {
    Object.defineProperty(fields, key, { value: content.trim(), enumerable: true, configurable: true, writable: true });
  }
}
