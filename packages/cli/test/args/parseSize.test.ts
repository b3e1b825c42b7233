import { expect, test } from "vitest";
import { parseSize } from "../../src/args/parseSize.js";
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
