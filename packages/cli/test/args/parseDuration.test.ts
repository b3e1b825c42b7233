import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDuration, writeDuration } from "../../src/args/parseDuration.js";
import { UsageError } from "../../src/errors.js";

test.each([
  ["1500", 1500],
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
  ["30S", 30_000],
])("%s is %d milliseconds", (text, ms) => {
  expect(parseDuration("--timeout", text)).toBe(ms);
});

test.each(["", "0", "0s", "-5", "5 sec", "1d", "s", "1e3", "Infinity", "9".repeat(400)])(
  "%j is no duration",
  (text) => {
    expect(() => parseDuration("--timeout", text)).toThrow(UsageError);
  },
);

test("the message names the option, what is possible and what was received", () => {
  expect(() => parseDuration("--timeout", "5 sec")).toThrow(
    'Cannot set --timeout as it must be milliseconds above 0, or have a unit (500ms, 30s, 2m): received "5 sec"',
  );
});

test.each([
  [30_000, "30s"],
  [300_000, "5m"],
  [1500, "1500ms"],
])("%d is written as %s", (value, text) => {
  expect(writeDuration(value)).toBe(text);
});

test("what is written is read as the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (value) => {
      expect(parseDuration("--timeout", writeDuration(value))).toBe(value);
    }),
  );
});
