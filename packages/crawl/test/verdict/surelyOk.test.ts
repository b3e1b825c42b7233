import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgePage } from "../../src/verdict/judgePage.js";
import { isSurelyOk } from "../../src/verdict/surelyOk.js";
import { WALL_SIGNS } from "../../src/verdict/wallSigns.js";

const PAGES = new URL("./pages/", import.meta.url);
const saved = readdirSync(PAGES).map((file) => readFileSync(new URL(file, PAGES), "utf8"));

const WORDS = "The loom lets many threads pass between one another. ";
const article = (body: string): string => `<title>A page</title><h1>A page</h1><p>${body}</p>`;
const url = "https://shop.example/p/1";

interface Answer {
  readonly html: string | Buffer;
  readonly finalUrl?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

function sure({ html, finalUrl = url, status = 200, headers = {} }: Answer): boolean {
  const body = Buffer.from(html as string);
  return isSurelyOk({ url, finalUrl, status, headers: { "content-type": "text/html", ...headers }, body });
}

const LONG = article(WORDS.repeat(30));

describe("isSurelyOk()", () => {
  it.each([
    ["an article", LONG],
    ["text beyond ASCII", article("Wörter über Wörter, und слова и слова. ".repeat(40))],
    [
      "quotes, comments and scripts",
      `<!doctype html><!-- > --><script>if (a < b) "</p>"</script><a title="x > y">${LONG}`,
    ],
    ["a picture of lines", `<title>A page</title><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>${LONG}`],
    ["a frame for browsers without scripts", `<noscript><iframe src="/t.html"></iframe></noscript>${LONG}`],
  ])("is sure of %s", (_what, html) => {
    expect(sure({ html })).toBe(true);
    expect(sure({ html, status: 201, finalUrl: "https://shop.example/p/2" })).toBe(true);
  });

  it.each<[string, Answer]>([
    ["little text", { html: article(WORDS) }],
    ["no heading", { html: `<title>A page</title><p>${WORDS.repeat(30)}` }],
    ["another status", { html: LONG, status: 404 }],
    ["another type", { html: LONG, headers: { "content-type": "application/json" } }],
    ["UTF-16", { html: Buffer.from(`\uFEFF${LONG}`, "utf16le") }],
    ["a wall that says so", { html: LONG, headers: { "cf-mitigated": "challenge" } }],
    ["an address to sign in at", { html: LONG, finalUrl: "https://shop.example/login" }],
    ["a title that says it is not there", { html: `<title>Page not found | Shop</title>${LONG}` }],
    ["hidden text", { html: article(`<div class="x" HIDDEN>${WORDS.repeat(30)}`) }],
    ["text hidden by its style", { html: article(`<div style="display: none">${WORDS.repeat(30)}`) }],
    ["entities", { html: article("&#1055;".repeat(2000)) }],
    ["white space", { html: article("\u00a0".repeat(5000)) }],
    [
      "a wall that explains itself",
      { html: `${LONG}<script id="anubis_challenge" type="application/json">{}</script>` },
    ],
    ["what is hidden in a picture", { html: `<title>A</title><svg><g style="display:none"></svg>${LONG}` }],
  ])("is not sure of %s", (_what, answer) => expect(sure(answer)).toBe(false));

  it("knows a literal of each sign that counts wherever it is in a page", () => {
    const signs = WALL_SIGNS.filter((sign) => sign.when === "always" && !["header", "url", "cookie"].includes(sign.in));
    for (const { literal, has } of signs) expect(String(has)).toContain(literal ?? "a literal");
  });

  it("is never sure of a page that is not ok, whatever it is made of", () => {
    const tags = [
      ...["<h1>", "</h1>", "<h2>", "</h2>", "<title>", "</title>", "<p>", "</p>", "<div>", "</div>", "<div hidden>"],
      ...[
        "<div style='display:none'>",
        "<noscript>",
        "</noscript>",
        "<script>",
        "</script>",
        "<script src=a></script>",
      ],
      ...["<input type=password>", "<div id=root></div>", "<svg>", "</svg>", "<path d='M'/>", "<!-- c -->", "<!---->"],
      ...["<template>", "</template>", "<iframe>", "</iframe>", "<a href='x>y'>", '<a b="c"hidden>', "<", ">", "</"],
      ...["<title>Page not found</title>", "<h1>404 Not found</h1>", "<h1>A page</h1>", "<title>A page</title>"],
    ];
    const texts = ["&nbsp;", "&amp;", "&#32;", "&copy", " \n\t ", "\u00a0", "漢字", "İ", "sign in ", "access denied "];
    const piece = fc.oneof(
      fc.constantFrom(...tags),
      fc.constantFrom(...texts),
      fc.constantFrom(WORDS.repeat(4), WORDS.repeat(25), "&#1055;".repeat(80), "\u00a0".repeat(400)),
      fc.constantFrom(...saved),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.constantFrom(200, 201, 403), (pieces, status) => {
        const html = pieces.join("");
        if (!sure({ html, status })) return;
        const page = { url, status, headers: { "content-type": "text/html" }, html };
        expect(judgePage(page).verdict).toBe("ok");
      }),
      { numRuns: 3000 },
    );
  });
});
