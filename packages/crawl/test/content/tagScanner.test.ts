import fc from "fast-check";
import { Parser } from "htmlparser2";
import { describe, expect, it } from "vitest";
import { TagScanner } from "../../src/content/tagScanner.js";

interface StartTag {
  name: string;
  attributes: Record<string, string>;
}

/** The start tags that the scanner finds, with those attributes that the oracle has found. */
function scanned(html: string, oracle: readonly StartTag[]): StartTag[] {
  const found: StartTag[] = [];
  const scanner = new TagScanner(html);
  while (scanner.next()) {
    const { name } = scanner;
    // htmlparser2 drops a form inside a form, as a tree builder does, and knows an element of the nineties.
    if (scanner.kind !== "start" || name === "form") continue;
    const names = Object.keys(oracle[found.length]?.attributes ?? {});
    const attributes = Object.fromEntries(names.map((each) => [each, scanner.attribute(each) ?? "(missing)"]));
    found.push({ name: name === "image" ? "img" : name, attributes });
  }
  return found;
}

function parsed(html: string): StartTag[] {
  const found: StartTag[] = [];
  const parser = new Parser({
    onopentag(name, attributes, isImplied) {
      if (!isImplied && name !== "form") found.push({ name: name.toLowerCase(), attributes: { ...attributes } });
    },
  });
  parser.write(html);
  parser.end();
  return found;
}

function expectAgreement(html: string): void {
  const oracle = parsed(html);
  expect(scanned(html, oracle)).toEqual(oracle);
}

const PIECES = [
  "<a href=x>",
  '<A HREF="/y?a=1&amp;b=2&copy=3&copy;" rel=nofollow>',
  "<a\nhref = 'z'\ttitle=\"a > b\"/>",
  "<a href=x/>",
  "<a / href=x>",
  "<a href href=second>",
  "<a =x href=y>",
  "<a b=c=d e='\"' f=\"'\">",
  "<a x=>",
  "<a x= >",
  "<a x = y>",
  "<a x y=z>",
  '<a x="y"z="w">',
  '<a x="',
  "<a x='",
  "<a ",
  "<a",
  "</a>",
  "</A >",
  "</a href='>'>",
  "</ a>",
  "</>",
  "</3>",
  "<3",
  "< a href=x>",
  "<",
  ">",
  '"',
  "'",
  "&amp;",
  "text ",
  "<p>",
  "</p>",
  "<div class=a>",
  "</div>",
  "<br/>",
  "<image src=x>",
  "<form action=/f>",
  "</form>",
  "<!-- <a href=in-comment> -->",
  "<!-->",
  "<!--->",
  "<!-- a --!>",
  "<!-- a -- b > -->",
  "<!-- a --- b --->",
  "<!--",
  "-->",
  "<!doctype html>",
  "<!DOCTYPE html PUBLIC '-//W3C//DTD'>",
  "<!d>",
  "<!>",
  "<!->",
  "<!x <a href=y>",
  "<?xml version='1.0'?>",
  "<? <a href=x>",
  "<![CDATA[x]]>",
  "<script>",
  "<script src=a></script>",
  "<script>if (a < b) '<a href=no>'; '</scr' + 'ipt>'</script >",
  "<script/>",
  "</script>",
  "</SCRIPT x>",
  "</scripty>",
  "<style>a > b { content: '<a href=no>' }</style>",
  "<style>",
  "</style>",
  "<textarea><a href=no></textarea>",
  "<textarea>",
  "</textarea/>",
  "<title>a <b> & c</title>",
  "<title>",
  "</title>",
  "<iframe src=x><a href=no></iframe>",
  "<noembed><a href=no></noembed>",
  "<noframes><a href=no></noframes>",
  "<xmp><a href=no></xmp>",
  "<noscript><a href=yes></noscript>",
  "<template><a href=yes></template>",
  "<plaintex>",
  "<custom-element a-b=c>",
  "<o:p x:y=z>",
  "\0",
  "\u00a0",
  "é<ü>",
];

describe("TagScanner", () => {
  it.each(PIECES)("splits %j as htmlparser2 does", (piece) => {
    expectAgreement(piece);
    expectAgreement(`<i>${piece}<b c=d>`);
  });

  it("splits any soup of tags as htmlparser2 does", () => {
    const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(soup, expectAgreement), { numRuns: 3000 });
  });

  it("splits any text of the characters that matter as htmlparser2 does", () => {
    const unit = fc.constantFrom(..."<<<>>>/!-=\"' \nab", "<a ", "</", "<!--", "script", "style");
    fc.assert(fc.property(fc.string({ unit, maxLength: 40 }), expectAgreement), { numRuns: 3000 });
  });

  it("knows that in SVG an empty style has no content, and that CDATA is text", () => {
    for (const svg of [
      "<svg><style/><a href=x></a></svg><style>a<a href=no></style><a href=y>",
      "<svg viewBox='0 0 1 1'><title>x</title><script href=x /><a href=y></svg><a href=z>",
      "<svg><![CDATA[ <a href=no> ]]><a href=yes></a></svg>",
      "<svg/><title><a href=no></title>",
      "<math><mi>x</mi><![CDATA[ <a href=no> ]]></math><a href=yes>",
    ]) {
      expectAgreement(svg);
    }
  });

  it("reads on after an SVG that nobody closes, and takes no script for markup then", () => {
    const html = "<svg><path d=M0></div><script>'<a href=no>'</script><a href=yes>";
    expect(scanned(html, []).map(({ name }) => name)).toEqual(["svg", "path", "script", "a"]);
  });

  it("ends a CDATA section outside of SVG at the first >, as browsers do", () => {
    const html = "<![CDATA[ <a href=no> <a href=yes>";
    expect(scanned(html, []).map(({ name }) => name)).toEqual(["a"]);
  });

  it("says where the text between the tags is", () => {
    const scanner = new TagScanner("one<b>two<!-- x -->three</b>four");
    const texts: string[] = [];
    while (scanner.next()) texts.push(scanner.html.slice(scanner.textStart, scanner.start));
    texts.push(scanner.html.slice(scanner.textStart, scanner.start));
    expect(texts).toEqual(["one", "two", "three", "four"]);
  });

  it("is linear in what never ends", () => {
    for (const piece of ["<!--", "<a ", "<a x='", "</", "<script>", "<a b=", "<!", "--", "<script></scrip"]) {
      const html = piece.repeat(100_000);
      const before = process.cpuUsage();
      scanned(html, []);
      expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
    }
  });
});
