import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSize, writeSize } from "../../src/args/parseSize.js";
import { UsageError } from "../../src/errors.js";

test.each([
  ["5000", 5000],
  ["12b", 12],
  ["64kb", 65_536],
  ["1.5k", 1536],
  ["10MB", 10_485_760],
  ["1gb", 2 ** 30],
])("%s is %d bytes", (text, bytes) => {
  expect(parseSize("--max-body", text)).toBe(bytes);
});

test.each(["", "0", "-1", "10 mb", "1tb", "mb", "0.0001kb", "99999999999gb"])("%j is no size", (text) => {
  expect(() => parseSize("--max-body", text)).toThrow(UsageError);
});

test.each([
  [10_485_760, "10mb"],
  [1536, "1536b"],
  [65_536, "64kb"],
])("%d is written as %s", (value, text) => {
  expect(writeSize(value)).toBe(text);
});

test("what is written is read as the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (value) => {
      expect(parseSize("--max-body", writeSize(value))).toBe(value);
    }),
  );
});
