import { expect, test } from "vitest";
import { parseCount } from "../../src/args/parseCount.js";
import { UsageError } from "../../src/errors.js";

const range = { least: 1, most: 100 };

test("whole numbers in the range are taken, its ends included", () => {
  expect(["1", "64", "100"].map((text) => parseCount("-c", text, range))).toEqual([1, 64, 100]);
});

test.each(["0", "101", "1.5", "-1", "1e2", "0x10", "many", ""])("%j is refused", (text) => {
  expect(() => parseCount("-c", text, range)).toThrow(UsageError);
});

test("the message says the range", () => {
  expect(() => parseCount("-c", "0", range)).toThrow(
    'Cannot set -c as it must be a whole number from 1 to 100: received "0"',
  );
});
