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
      feeds: [],
      translations: [],
    });
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
