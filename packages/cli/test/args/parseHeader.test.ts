import { expect, test } from "vitest";
import { parseHeader, parseUserAgent } from "../../src/args/parseHeader.js";
import { UsageError } from "../../src/errors.js";

test("headers add up, and one that comes again replaces the first", () => {
  const first = parseHeader("Accept-Language: de");
  const second = parseHeader("X-Key:a:b", first);
  expect(second).toEqual({ "accept-language": "de", "x-key": "a:b" });
  expect(parseHeader("ACCEPT-LANGUAGE: fr", second)).toEqual({ "accept-language": "fr", "x-key": "a:b" });
});

test("a header may be empty", () => {
  expect(parseHeader("Accept:")).toEqual({ accept: "" });
});

test.each(["", "no colon", ": no name", "a b: c", "a: b\r\nc: d", "a: \u0000"])("%j is no header", (text) => {
  expect(() => parseHeader(text)).toThrow(UsageError);
});

test.each(["Content-Length: 5", "transfer-encoding: chunked", "Connection: close"])(
  "%s is not the user's to set",
  (text) => {
    expect(() => parseHeader(text)).toThrow(/^Cannot set --header as .* is for the connection to decide: received "/);
  },
);

test("a user agent must fit into a header", () => {
  expect(parseUserAgent(" me/1.0 (+https://example.com) ")).toBe("me/1.0 (+https://example.com)");
  for (const text of ["", "  ", "a\nb"]) expect(() => parseUserAgent(text)).toThrow(UsageError);
});
