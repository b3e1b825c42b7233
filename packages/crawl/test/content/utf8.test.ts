import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUtf8 } from "../../src/content/utf8.js";

const expected = (bytes: Uint8Array): string => new TextDecoder("utf-8").decode(bytes);

const LONG = "Wörter, слова, 文字 und 🧵 ".repeat(60);

describe("decodeUtf8()", () => {
  it.each([
    ["nothing", ""],
    ["ASCII", "plain"],
    ["a short text", "Übergröße"],
    ["a long one", LONG],
    ["a byte order mark", `\uFEFF${LONG}`],
    ["one that is alone", "\uFEFF"],
    ["one in the middle", `a\uFEFF${LONG}`],
    ["a null", `\0${LONG}`],
  ])("reads %s as TextDecoder does", (_what, text) => {
    const bytes = Buffer.from(text);
    expect(decodeUtf8(bytes)).toBe(expected(bytes));
  });

  it("reads a part of a larger buffer", () => {
    const whole = Buffer.from(`xx${LONG}yy`);
    expect(decodeUtf8(whole.subarray(2, whole.length - 2))).toBe(LONG);
  });

  it("replaces what is not valid as TextDecoder does", () => {
    const broken = fc.array(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
        fc.constant(Buffer.from(LONG)),
        fc
          .constantFrom("eda080", "f0808080", "c0af", "e282", "f09f", "f4908080", "ff", "80")
          .map((hex) => Buffer.from(hex, "hex")),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(broken, (parts) => {
        const bytes = Buffer.concat(parts);
        expect(decodeUtf8(bytes)).toBe(expected(bytes));
      }),
    );
  });
});
