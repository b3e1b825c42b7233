import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalise, RobotsPattern, robotsPath } from "../../src/politeness/robotsPattern.js";

/** A path as the list of its bytes, each written in the one way that counts: slow, and plain to see. */
function unitsOf(text: string): string[] {
  const units: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.slice(at, at + 3);
    if (/^%[0-9a-f]{2}$/i.test(code)) {
      at += 2;
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      units.push(/[a-z0-9\-._~]/i.test(character) ? character : code.toUpperCase());
    } else {
      const character = text.charAt(at);
      const mayStand = /[a-z0-9\-._~:/?#[\]@!&'()+,;=]/i.test(character);
      units.push(mayStand ? character : `%${Buffer.from(character, "latin1").toString("hex").toUpperCase()}`);
    }
  }
  return units;
}

type Wildcard = { unit: string } | "star" | "end";

function wildcardsOf(rule: string): Wildcard[] {
  const toTheEnd = rule.endsWith("$");
  const pieces = (toTheEnd ? rule.slice(0, -1) : rule).split("*");
  const all = pieces.flatMap((piece, n): Wildcard[] => {
    const units = unitsOf(piece).map((unit) => ({ unit }));
    return n === 0 ? units : ["star", ...units];
  });
  return toTheEnd ? [...all, "end"] : all;
}

/** Tries everything that a star may stand for. */
function slowMatch(rule: readonly Wildcard[], path: readonly string[]): boolean {
  const [first, ...others] = rule;
  if (first === undefined) return true;
  if (first === "end") return path.length === 0;
  if (first === "star") return path.some((_, n) => slowMatch(others, path.slice(n))) || slowMatch(others, []);
  return path[0] === first.unit && slowMatch(others, path.slice(1));
}

describe("RobotsPattern", () => {
  it.each([
    // From the start, whatever follows.
    ["/fish", "/fish", true],
    ["/fish", "/fish.html", true],
    ["/fish", "/fish/salmon?x=1", true],
    ["/fish", "/Fish", false],
    ["/fish", "/a/fish", false],
    ["/fish/", "/fish", false],
    ["/", "/", true],
    // Stars.
    ["/fish*", "/fish", true],
    ["/*.php", "/folder/x.php?parameters", true],
    ["/*.php", "/", false],
    ["/a*b*c", "/axxbxxcxx", true],
    ["/a*b*c", "/axxcxxb", false],
    ["*/b", "/a/b", true],
    ["*", "/", true],
    ["/**x", "/x", true],
    // The end.
    ["/*.php$", "/x.php", true],
    ["/*.php$", "/x.php5", false],
    ["/*.php$", "/x.php.php", true],
    ["/a$", "/a", true],
    ["/a$", "/ab", false],
    ["/$", "/", true],
    ["/fish*$", "/fishes", true],
    ["/ab*b$", "/ab", false],
    ["/a*$", "/", false],
    // A dollar that is not at the end is a character, and so are both when they are encoded.
    ["/a$b", "/a$bc", true],
    ["/a$b", "/a%24b", true],
    ["/a%24", "/a$b", true],
    ["/a%2Ab", "/a*b", true],
    ["/a%2ab", "/axb", false],
    // The query is a part of it.
    ["/x?id=", "/x?id=7", true],
    ["/*?", "/x", false],
    ["/*?", "/x?", false],
    // Ways to write the same.
    ["/%7Ejoe", "/~joe", true],
    ["/~joe", "/%7ejoe", true],
    ["/a%3cd", "/a%3Cd", true],
    ["/a<d", "/a%3Cd", true],
    ["/a%2fb", "/a/b", false],
    ["/a%2fb", "/a%2Fb", true],
    ["/\u00E3\u0083\u0084", "/ツ", true],
    ["/%E3%83%84", "/ツ", true],
    ["/%e3%83%84", "/%E3%83%84", true],
    ["/100%", "/100%25", true],
    ["/a b", "/a b", true],
  ])("%s against %s: %s", (rule, path, expected) => {
    expect(new RobotsPattern(rule).matches(robotsPath(new URL(path, "http://example.com")))).toBe(expected);
  });

  const character = fc.constantFrom(..."/abAZ~-%2aA47eE*$?=&:é\u00C3<| ");
  const text = fc.array(character, { maxLength: 12 }).map((all) => all.join(""));

  it("agrees with a slow and obvious matcher", () => {
    fc.assert(
      fc.property(text, text, (rule, path) => {
        const expected = slowMatch(wildcardsOf(rule), unitsOf(path));
        expect(new RobotsPattern(rule).matches(normalise(path))).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it("agrees with it where there is something to find: rules made of paths", () => {
    const piece = fc.constantFrom("a", "b", "ab", "/", "%41", "%2F", "é");
    const holes = fc.array(fc.tuple(piece, fc.constantFrom("keep", "star", "drop")), { maxLength: 10 });
    fc.assert(
      fc.property(holes, fc.boolean(), (pieces, toTheEnd) => {
        const path = pieces.map(([each]) => each).join("");
        const kept = pieces.map(([each, what]) => (what === "keep" ? each : what === "star" ? "*" : "")).join("");
        const rule = toTheEnd ? `${kept}$` : kept;
        const expected = slowMatch(wildcardsOf(rule), unitsOf(path));
        expect(new RobotsPattern(rule).matches(normalise(path))).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it("brings every path to one form, and that one to itself", () => {
    fc.assert(
      fc.property(text, (path) => {
        expect(normalise(path)).toBe(unitsOf(path).join(""));
        expect(normalise(normalise(path))).toBe(normalise(path));
      }),
    );
  });

  it("does not try everything that a star may stand for", () => {
    const pattern = new RobotsPattern(`/${"a*".repeat(5000)}b`);
    const path = `/${"a".repeat(20_000)}`;
    const started = performance.now();
    expect(pattern.matches(path)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
