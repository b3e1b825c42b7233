import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textOf } from "../../src/content/textOf.js";

describe("textOf()", () => {
  it.each([
    ["", ""],
    ["plain  text\n here ", "plain text here"],
    ["<p>One</p><p>Two</p>", "One\n\nTwo"],
    ["<h1>Head</h1>text<div>block</div>more", "Head\n\ntext\nblock\nmore"],
    ["a<b>b</b> <i> c </i>d", "ab c d"],
    ["a<br>b<br/><br>c", "a\nb\n\nc"],
    ["<ul><li>one<li>two</ul>after", "one\ntwo\nafter"],
    ["<table><tr><td>a</td><td>b</td></tr><tr><th>c<th>d</table>", "a\tb\nc\td"],
    ["<pre>\n  x\n    y\n</pre>z", "  x\n    y\n\nz"],
    ["a &amp; b &lt;c&gt; caf&eacute; &#x1F600; &xyz; AT&T", "a & b <c> café 😀 &xyz; AT&T"],
    ["a&nbsp;b", "a\u00a0b"],
    ["1 < 2 and 3 > 2", "1 < 2 and 3 > 2"],
    ["a<!-- not this -->b", "ab"],
    ["<title>Not this</title><body>this", "this"],
    ["<head><meta charset=utf-8><title>x</title><p>Head without an end", "Head without an end"],
    ["a<script>if (1 < 2) document.write('<p>no')</script>b<style>p > a {}</style>c", "abc"],
    ["a<noscript>Enable <b>JavaScript</b></noscript>b<template><p>no</p></template>c", "abc"],
    ["<textarea> kept\n as it is</textarea>", "kept\n as it is".padStart(15)],
    ["<button>Buy</button><select><option>1<option>2</select>", "Buy\n1\n2"],
    ["text <a href=x", "text"],
    ["text <!-- never ends", "text"],
  ])("makes %j into %j", (html, text) => {
    expect(textOf(html)).toBe(text);
  });

  describe("with hidden parts", () => {
    it.each([
      ["a<div hidden><div>no</div>no</div>b"],
      ["a<div hidden=''>no <span>no</span></div>b"],
      ["a<div style='color: red; display : none'>no</div>b"],
      ["a<div style=visibility:hidden>no</div>b"],
      ["a<ul><li hidden>no<li>b</ul>"],
      ["a<ul><li hidden>no<ul><li>no</ul></ul>b"],
      ["a<div><p hidden>no</div>b"],
      ["a<p hidden>no<div>b</div>"],
      ["a<table><tr><td hidden>no<td>b</table>"],
      ["a<input hidden>b"],
      ["a<div hidden>no<br>no</b></i></div>b"],
      ["a<noscript><noscript>no</noscript></noscript>b"],
      ["a<div hidden>no<script>'</div>'</script>no</div>b"],
      ["a<svg hidden><title>no</title></svg>b"],
    ])("shows %j without them", (html) => {
      expect(textOf(html).replace(/\s+/g, "")).toBe("ab");
    });

    it("shows what only looks hidden", () => {
      expect(textOf("<p style='--display:none'>a")).toBe("a");
      expect(textOf("<p hidden=until-found>b")).toBe("b");
      expect(textOf("<p data-hidden aria-hidden=true>c")).toBe("c");
    });

    it("does not lose the rest of a page for an end tag too many", () => {
      expect(textOf("<div hidden></section></div>rest")).toBe("rest");
    });
  });

  it("never throws, and shows nothing of scripts, whatever the soup", () => {
    const piece = fc.constantFrom(
      "<p>",
      "</p>",
      "<li hidden>",
      "<div hidden>",
      "</div>",
      "x",
      " ",
      "<",
      "<td>",
      "&lt",
      "<b",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = textOf(`${pieces.join("")}><script>SECRET</script>`);
        expect(text).not.toContain("SECRET");
        expect(text).not.toMatch(/\n{3}|[ \t]$/);
      }),
      { numRuns: 1000 },
    );
  });

  it("shows no dialog that is not open, and no character that no parser keeps", () => {
    expect(textOf("<dialog><p>cookies?</p></dialog>a")).toBe("a");
    expect(textOf("<dialog open>cookies?</dialog>a")).toBe("cookies?\na");
    expect(textOf("<p>a\0b")).toBe("ab");
  });

  it("takes no longer for what is hidden and never ends", () => {
    const before = process.cpuUsage();
    expect(textOf(`<div hidden>${"<p></q>".repeat(100_000)}</div>rest`)).toBe("rest");
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });

  it("says what is wrong with what it is given", () => {
    expect(() => textOf(undefined as unknown as string)).toThrow(
      "Cannot make text as the HTML must be a string: received undefined",
    );
  });
});
