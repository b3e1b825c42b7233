import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LinkElement } from "../../src/content/link.js";
import { linksOf } from "../../src/content/linksOf.js";
import { urlOf } from "../../src/ground/urlOf.js";

const PAGE = "https://example.com/shop/index.html?q=1#top";

const urls = (html: string, base: string = PAGE): string[] => linksOf(html, base).map(({ url }) => url);

describe("linksOf()", () => {
  it("finds what leads somewhere, in the order of the page", () => {
    const html = `<!doctype html>
      <link rel="stylesheet" href="/main.css"><link rel=canonical href="https://example.com/shop/">
      <a href="cart">Cart</a>
      <map><area href=../help shape=rect></map>
      <iframe src="//video.example/embed/1"></iframe>
      <form action="/search" method=POST><input name=q></form>
      <meta http-equiv="Refresh" content="5; URL='/next'">`;
    expect(linksOf(html, PAGE)).toEqual([
      { url: "https://example.com/main.css", element: "link", rel: ["stylesheet"] },
      { url: "https://example.com/shop/", element: "link", rel: ["canonical"] },
      { url: "https://example.com/shop/cart", element: "a", rel: [] },
      { url: "https://example.com/help", element: "area", rel: [] },
      { url: "https://video.example/embed/1", element: "iframe", rel: [] },
      { url: "https://example.com/search", element: "form", rel: [], method: "post" },
      { url: "https://example.com/next", element: "meta", rel: [] },
    ]);
  });

  it("finds only the elements that are asked for", () => {
    const html = "<a href=1><link href=2><area href=3><base href=/b/>";
    expect(linksOf(html, PAGE, { elements: ["a", "area"] }).map(({ url }) => url)).toEqual([
      "https://example.com/b/1",
      "https://example.com/b/3",
    ]);
    expect(linksOf(html, PAGE, { elements: [] })).toEqual([]);
  });

  it("puts the first <base> on top of the page's URL, for the links before it too", () => {
    expect(urls("<a href=1><base target=_top><base href=/other/><base href=/third/><a href=2>")).toEqual([
      "https://example.com/other/1",
      "https://example.com/other/2",
    ]);
    expect(urls("<base href='http://['><a href=1>")).toEqual(["https://example.com/shop/1"]);
    expect(urls("<base href='https://cdn.example'><a href=1>")).toEqual(["https://cdn.example/1"]);
  });

  it("passes over a <base> that the standard does not let be one", () => {
    for (const href of ["data:text/html,x", "javascript:1", "http://[bad"]) {
      expect(linksOf(`<base href="${href}"><a href="x">`, "http://h.test/a/b")).toMatchObject([
        { url: "http://h.test/a/x" },
      ]);
    }
  });

  it("finds the links of SVG, new and old", () => {
    const svg = '<svg><a xlink:href="/1"/><a href="/2" xlink:href="/no"></a></svg><a xlink:href="/no">';
    expect(linksOf(svg, "http://h.test/").map(({ url }) => url)).toEqual(["http://h.test/1", "http://h.test/2"]);
  });

  it.each([
    ["<script><!--<script></script><a href=/no></script><a href=/yes>"],
    ["<script><!--<script></script><a href=/no>--></script><a href=/yes>"],
    ["<script><!--<script>--></script><a href=/yes>"],
    ["<script><!--</script><a href=/yes>"],
    ["<script><!--><script></script><a href=/yes>"],
    ["<script>'<script>'<!-- </script><a href=/yes>"],
    ["<script><!--<scripty></script><a href=/yes>"],
  ])("knows where a script with a comment in it ends: %s", (html) => {
    expect(linksOf(html, "http://h.test/").map(({ url }) => url)).toEqual(["http://h.test/yes"]);
  });

  it("takes no longer for a script that is escaped over and over", () => {
    const html = `<script><!--${"<script></script>".repeat(200_000)}`;
    expect(linksOf(html, "http://h.test/")).toEqual([]);
  });

  it("leaves out what is not http or https", () => {
    const html = [
      "mailto:a@example.com",
      "javascript:void(0)",
      " JavaScript:alert(1)",
      "data:text/html,x",
      "tel:123",
      "ftp://a.example/",
      "http://",
      "http://[",
      "https://exa mple.com/",
    ]
      .map((href) => `<a href="${href}">`)
      .join("");
    expect(urls(html)).toEqual([]);
    expect(urls("<base href='mailto:x'><a href=/x><a href=http://a.example>")).toEqual(["http://a.example/"]);
  });

  it("undoes entities in addresses, as attributes have them", () => {
    expect(urls('<a href="/a?b=1&amp;c=2&copy=3&#x26;d&#38;e&lt;">')).toEqual([
      "https://example.com/a?b=1&c=2&copy=3&d&e%3C",
    ]);
    expect(urls("<a href=/caf&eacute;>")).toEqual(["https://example.com/caf%C3%A9"]);
  });

  it("takes an address without anything for the page itself", () => {
    expect(urls("<a href=''><a href><a href='#x'>")).toEqual([
      "https://example.com/shop/index.html?q=1",
      "https://example.com/shop/index.html?q=1",
      "https://example.com/shop/index.html?q=1#x",
    ]);
    expect(linksOf("<form>", PAGE)).toEqual([
      { url: "https://example.com/shop/index.html?q=1", element: "form", rel: [], method: "get" },
    ]);
    expect(urls("<a name=x><link rel=x><iframe></iframe><meta charset=utf-8>")).toEqual([]);
  });

  it("finds none in comments, scripts, styles and text areas, but in <noscript> and <template>", () => {
    const html = `<!-- <a href=no> --><script>"<a href=no>"</script><style>/*<a href=no>*/</style>
      <textarea><a href=no></textarea><title><a href=no></title><iframe><a href=no></iframe>
      <noscript><a href=1></noscript><template><a href=2></template>`;
    expect(urls(html)).toEqual(["https://example.com/shop/1", "https://example.com/shop/2"]);
  });

  it("gives the words of rel in lower case", () => {
    const html = '<a href=x rel=" NoFollow\tugc  noopener "><a href=y rel=""><a href=z rel=nofollow>';
    expect(linksOf(html, PAGE).map(({ rel }) => rel)).toEqual([["nofollow", "ugc", "noopener"], [], ["nofollow"]]);
  });

  it.each([
    ["0;url=x", "x"],
    ["0; URL = x", "x"],
    [" 3.5 , url='x y'z", "x y"],
    ['1;url="x', "x"],
    ["1; x", "x"],
    ["1 x", "x"],
    [".5;x", "x"],
    ["1;url", "url"],
    ["1; url=", undefined],
    ["10", undefined],
    ["", undefined],
    ["url=x", undefined],
    ["1x", undefined],
  ])("understands <meta http-equiv=refresh content=%j>", (content, target) => {
    const html = `<meta http-equiv=refresh content="${content.replaceAll('"', "&quot;")}"><meta name=refresh content=0;url=no>`;
    expect(urls(html, "https://a.example/")).toEqual(
      target === undefined ? [] : [`https://a.example/${encodeURI(target)}`],
    );
  });

  it("makes every address whole exactly as URL does", () => {
    const word = fc.constantFrom(
      ...[
        "a",
        "B.c",
        ".",
        "..",
        "a..",
        "%2e",
        "ü",
        " ",
        "~x",
        "-",
        "x y",
        "1",
        "",
        "\\",
        "'",
        "|",
        "{",
        "\t",
        "@",
        ":",
      ],
    );
    const path = fc.array(word, { maxLength: 4 }).map((words) => words.join("/"));
    const end = fc.constantFrom("", "?a=1&b", "?q='\"<>", "#f", "#f`g", "?a?b#c#d", "?ü", "?%zz", "#!x");
    const start = fc.constantFrom(
      ...[
        "/",
        "",
        "//h.example/",
        "https://h.example/",
        "http://H.example",
        "https://xn--a.example/",
        "https://1.2.3.4/",
      ],
      ...["https://h.example:443/", "https://h.example:8080/", "http://0x7f.1/", "https:/x", "HTTP://a.co/", "?"],
      ...["https://u:p@h.example/", "https://h.example", "https://a_b.example/", "https://-a.example/", "https://a.1/"],
    );
    const base = fc.constantFrom(PAGE, "http://localhost:8080", "http://a.example/b/../c", "file:///tmp/x", "data:x,y");
    fc.assert(
      fc.property(start, path, end, base, (first, middle, last, from) => {
        const address = first + middle + last;
        const expected = urlOf(address, from);
        const isWeb = expected?.protocol === "http:" || expected?.protocol === "https:";
        const html = `<a href="${address.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}">`;
        expect(urls(html, from)).toEqual(isWeb ? [expected.href] : []);
      }),
      { numRuns: 3000 },
    );
  });

  it("says what is wrong with what it is given", () => {
    expect(() => linksOf(Buffer.from("x") as unknown as string, PAGE)).toThrow(
      "Cannot find links as the HTML must be a string (decode bytes with decodeText() first): received an object",
    );
    expect(() => linksOf("", "/relative")).toThrow(
      'Cannot find links as the URL of the page must be a whole one, as "https://example.com/a": received "/relative"',
    );
    expect(() => linksOf("", PAGE, { elements: ["img" as LinkElement] })).toThrow(
      'Cannot find links as elements must be a list of a, area, link, iframe, frame, form, meta: received "img"',
    );
    expect(() => linksOf("", PAGE, { elements: "a" as unknown as LinkElement[] })).toThrow("elements must be a list");
    expect(() => linksOf("", PAGE, { element: "a" } as object)).toThrow("the options are elements");
  });
});
