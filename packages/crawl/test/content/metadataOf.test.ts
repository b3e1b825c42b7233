import { describe, expect, it } from "vitest";
import { metadataOf } from "../../src/content/metadataOf.js";

const PAGE = "https://example.com/a/page";

describe("metadataOf()", () => {
  it("reads what a page says about itself", () => {
    const html = `<!doctype html><html lang="en-GB"><head>
      <title> Tea &amp;\n biscuits </title>
      <meta name="Description" content="All about  tea">
      <meta name=robots content="NOINDEX, nofollow"><meta name=robots content=noarchive>
      <meta property="og:title" content="Tea"><meta property="og:title" content="Second">
      <meta property="og:image" content="/tea.jpg">
      <meta name="twitter:card" content=" summary "><meta name="twitter:card" content="player">
      <link rel="canonical" href="/tea">
      <link rel=alternate type="application/rss+xml" title="News" href="feed.xml">
      <link rel=alternate hreflang=de href="https://example.com/de/tee">
      <link rel=stylesheet href=x.css>
      </head><body><meta name=description content=no><link rel=canonical href=/no><title>No</title></body>`;
    expect(metadataOf(html, PAGE)).toEqual({
      title: "Tea & biscuits",
      description: "All about tea",
      canonical: "https://example.com/tea",
      robots: ["noindex", "nofollow", "noarchive"],
      language: "en-GB",
      openGraph: { title: "Tea", image: "/tea.jpg" },
      twitter: { card: "summary" },
      jsonLd: [],
      feeds: [{ url: "https://example.com/a/feed.xml", type: "application/rss+xml", title: "News" }],
      translations: [{ url: "https://example.com/de/tee", language: "de" }],
    });
  });

  it("says nothing of what is not there", () => {
    expect(metadataOf("<title></title><p>text", new URL(PAGE))).toEqual({
      title: null,
      description: null,
      canonical: null,
      robots: [],
      language: null,
      openGraph: {},
      twitter: {},
      jsonLd: [],
      feeds: [],
      translations: [],
    });
  });

  it("reads JSON-LD wherever it stands, and leaves out what is none", () => {
    const html = `<script type="Application/LD+JSON">{"@type": "Article", "headline": "Tea </b> & more"}</script>
      <script type=application/json>{"a": 1}</script><script type=application/ld+json>{"a": 1,}</script><body>
      <p>text</p><script type="application/ld+json"> [{"@type": "Person"}, 5] </script><script>{"b": 2}</script>`;
    expect(metadataOf(html, PAGE).jsonLd).toEqual([
      { "@type": "Article", headline: "Tea </b> & more" },
      { "@type": "Person" },
      5,
    ]);
  });

  it("takes no harm from names that every object has", () => {
    const html = `<meta property="og:__proto__" content="x"><meta property="og:toString" content="y">`;
    const { openGraph } = metadataOf(html, PAGE);
    expect(Object.entries(openGraph)).toEqual([
      ["__proto__", "x"],
      ["tostring", "y"],
    ]);
    expect(({} as { x?: string }).x).toBeUndefined();
  });

  it("is not fooled by titles in comments and scripts", () => {
    const html = "<!-- <title>a</title> --><script>'<title>b</title>'</script><title>c <b></title>";
    expect(metadataOf(html, PAGE).title).toBe("c <b>");
  });

  it("says what is wrong with what it is given", () => {
    expect(() => metadataOf(1 as unknown as string, PAGE)).toThrow(
      "Cannot read the metadata as the HTML must be a string",
    );
    expect(() => metadataOf("", "x")).toThrow("Cannot read the metadata as the URL of the page must be a whole one");
  });
});
