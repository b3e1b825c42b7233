import { describe, expect, it } from "vitest";
import type { RobotsFile } from "../../src/politeness/robotsFile.js";
import { LARGEST_ROBOTS, parseRobots, productToken } from "../../src/politeness/robotsFile.js";

const parse = (lines: readonly string[], end = "\n"): RobotsFile => parseRobots(Buffer.from(lines.join(end)), "heddle");

const check = (lines: readonly string[], path: string): unknown =>
  parse(lines).check(new URL(path, "https://example.com"));

describe("parseRobots()", () => {
  it("allows everything where nothing is said", () => {
    expect(check([], "/x")).toEqual({ allowed: true });
    expect(check(["<!doctype html>", "<p style='color: red'>Not found: sorry"], "/x")).toEqual({ allowed: true });
    expect(check(["User-agent: *", "Disallow:"], "/x")).toEqual({ allowed: true });
  });

  it("says which rule decided", () => {
    const lines = ["User-agent: *", "Disallow: /private # not this"];
    expect(check(lines, "/private/x")).toEqual({ allowed: false, rule: "Disallow: /private" });
    expect(check(lines, "/public")).toEqual({ allowed: true });
  });

  it("lets the longest rule decide, in whatever order they come, and the one that allows of two that are as long", () => {
    const lines = [
      "User-agent: *",
      "Disallow: /a",
      "Allow: /a/b",
      "Disallow: /a/b/c",
      "Disallow: /same",
      "Allow: /same",
    ];
    expect(check(lines, "/a/x")).toMatchObject({ allowed: false });
    expect(check(lines, "/a/b/x")).toMatchObject({ allowed: true, rule: "Allow: /a/b" });
    expect(check(lines, "/a/b/c/x")).toMatchObject({ allowed: false });
    expect(check(lines, "/same")).toMatchObject({ allowed: true });
    expect(check(["User-agent: *", "Allow: /", "Disallow: /*.gif$"], "/x.gif")).toMatchObject({ allowed: false });
  });

  it("never forbids robots.txt itself", () => {
    expect(check(["User-agent: *", "Disallow: /"], "/robots.txt")).toEqual({ allowed: true });
  });

  describe("looks for its group", () => {
    it("by name, in any case and with any version, and only else takes the one for all", () => {
      const lines = ["User-agent: *", "Disallow: /", "", "User-Agent: HEDDLE/2.0", "Disallow: /x"];
      expect(check(lines, "/y")).toEqual({ allowed: true });
      expect(check(lines, "/x")).toMatchObject({ allowed: false });
    });

    it("and not by a part of a name", () => {
      const lines = ["User-agent: heddle-news", "User-agent: hed", "Disallow: /"];
      expect(check(lines, "/")).toEqual({ allowed: true });
    });

    it("and takes all groups of that name together", () => {
      const lines = ["User-agent: heddle", "Disallow: /a", "User-agent: other", "Disallow: /b", "User-agent: heddle"];
      const all = [...lines, "Disallow: /c"];
      expect(["/a", "/b", "/c"].map((path) => parse(all).check(new URL(path, "http://x")).allowed)).toEqual([
        false,
        true,
        false,
      ]);
    });

    it("and all groups for everybody", () => {
      const lines = ["User-agent: *", "Disallow: /a", "User-agent: x", "Allow: /", "User-agent: *", "Disallow: /b"];
      expect(check(lines, "/a")).toMatchObject({ allowed: false });
      expect(check(lines, "/b")).toMatchObject({ allowed: false });
    });

    it("among several names in a row, with comments, blank lines and other fields between", () => {
      const lines = [
        "User-agent: other",
        "",
        "# and",
        "Sitemap: /s.xml",
        "Foo: bar",
        "User-agent: heddle",
        "Disallow: /",
      ];
      expect(check(lines, "/")).toMatchObject({ allowed: false });
    });

    it("which may be empty, and then allows everything", () => {
      expect(check(["User-agent: *", "Disallow: /", "User-agent: heddle"], "/")).toEqual({ allowed: true });
      expect(check(["User-agent: *", "Disallow: /", "User-agent: heddle", "Disallow:"], "/")).toEqual({
        allowed: true,
      });
    });

    it("and does not know of rules before the first", () => {
      expect(check(["Disallow: /", "User-agent: other", "Disallow: /"], "/")).toEqual({ allowed: true });
    });

    it("for everybody also where something follows the star", () => {
      expect(check(["User-agent: * all of you", "Disallow: /"], "/")).toMatchObject({ allowed: false });
      expect(check(["User-agent: *bot", "Disallow: /"], "/")).toEqual({ allowed: true });
    });
  });

  it.each([["\n"], ["\r\n"], ["\r"]])("takes %j for the end of a line", (end) => {
    const file = parse(["\uFEFFUSER-AGENT : heddle", "\tdisallow\t:\t/x\t", "Allow: /x/y"], end);
    expect(file.check(new URL("http://a/x"))).toEqual({ allowed: false, rule: "Disallow: /x" });
    expect(file.check(new URL("http://a/x/y"))).toMatchObject({ allowed: true });
  });

  it("leaves rules out that can match no path, and lines that are none", () => {
    const lines = ["User-agent: *", "Disallow: x", "Disallow /y", "Disallow: http://example.com/z", ": /"];
    for (const path of ["/x", "/y", "/z"]) expect(check(lines, path)).toEqual({ allowed: true });
  });

  it("compares bytes, however a rule has written them", () => {
    const lines = ["User-agent: *", "Disallow: /ツ", "Disallow: /caf%c3%a9"];
    expect(check(lines, "/ツ")).toEqual({ allowed: false, rule: "Disallow: /ツ" });
    expect(check(lines, "/café")).toMatchObject({ allowed: false });
  });

  it("reads the crawl delay of its group, the longest of several", () => {
    expect(parse(["User-agent: *", "Crawl-delay: 2.5", "Disallow: /x"]).crawlDelay).toBe(2500);
    expect(parse(["User-agent: *", "Crawl-delay: 1", "User-agent: *", "Crawl-delay: 3"]).crawlDelay).toBe(3000);
    expect(parse(["User-agent: *", "Crawl-delay: 9", "Disallow: /", "User-agent: heddle"]).crawlDelay).toBeUndefined();
    for (const word of ["", "soon", "-1", "Infinity"]) {
      expect(parse(["User-agent: *", `Crawl-delay: ${word}`]).crawlDelay).toBeUndefined();
    }
  });

  it("gives the sitemaps, wherever they stand", () => {
    const lines = ["Sitemap: https://a/1.xml", "User-agent: x", "sitemap: https://a/ü.xml", "Disallow: /", "Sitemap:"];
    expect(parse(lines).sitemaps).toEqual(["https://a/1.xml", "https://a/ü.xml"]);
  });

  it("reads 500 KiB, and leaves out the line that is cut there", () => {
    const head = "User-agent: *\nDisallow: /a\n";
    const filler = `#${"x".repeat(LARGEST_ROBOTS - head.length - 20)}\n`;
    const text = `${head}${filler}Disallow: /public/secret\nDisallow: /b\n`;
    const file = parseRobots(Buffer.from(text), "heddle");
    expect(["/a", "/public", "/p", "/b"].map((path) => file.check(new URL(path, "http://x")).allowed)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it("is quick with the largest file there may be", () => {
    const lines = Array.from({ length: 25_000 }, (_, n) => `Disallow: /*${n}/a*b`);
    const file = parse(["User-agent: *", ...lines]);
    const started = performance.now();
    for (let n = 0; n < 10; n++) file.check(new URL(`http://x/${"page/".repeat(40)}`));
    expect((performance.now() - started) / 10).toBeLessThan(100);
  });
});

describe("productToken()", () => {
  it.each([
    ["heddle/0.1 (+https://example.com)", "heddle"],
    ["  Example_Bot-2 x", "example_bot-2"],
    ["*", undefined],
    ["", undefined],
  ])("of %j is %j", (userAgent, expected) => {
    expect(productToken(userAgent)).toBe(expected);
  });
});
