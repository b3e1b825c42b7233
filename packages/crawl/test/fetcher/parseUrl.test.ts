import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUrl } from "../../src/fetcher/parseUrl.js";

describe("parseUrl()", () => {
  it.each(["http://example.com", "https://example.com/a?b#c", " http://example.com/ ", "HTTP://EXAMPLE.COM:8080/"])(
    "takes %j",
    (text) => expect(parseUrl(text)).toBeInstanceOf(URL),
  );

  it.each([
    ["", "INVALID_URL"],
    ["/relative", "INVALID_URL"],
    ["http://", "INVALID_URL"],
    ["http://256.256.256.256/", "INVALID_URL"],
    ["http://a b/", "INVALID_URL"],
    ["ftp://example.com/", "UNSUPPORTED_SCHEME"],
    ["javascript:alert(1)", "UNSUPPORTED_SCHEME"],
    ["file:///etc/passwd", "UNSUPPORTED_SCHEME"],
  ])("refuses %j as %s, and quotes it", (text, code) => {
    expect(parseUrl(text)).toEqual({
      outcome: "bad-url",
      code,
      message: expect.stringContaining(`received ${JSON.stringify(text)}`) as string,
    });
  });

  it.each(["example.com", "www.example.com/a/b", "example.com:8080", "localhost:3000/x"])(
    "says what was probably meant by %j",
    (text) => {
      expect(parseUrl(text)).toMatchObject({
        message: expect.stringContaining(`(perhaps https://${text} was meant)`) as string,
      });
    },
  );

  it("quotes no more than a part of what is endless", () => {
    const failure = parseUrl("x".repeat(100_000));
    expect(failure).toMatchObject({ outcome: "bad-url" });
    expect(JSON.stringify(failure).length).toBeLessThan(500);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webPath().map((path) => `https://a.test${path}`),
          fc.string().map((rest) => `http://${rest}`),
        ),
        (text) => {
          const parsed = parseUrl(text);
          expect(parsed instanceof URL || parsed.outcome === "bad-url").toBe(true);
        },
      ),
    );
  });
});
