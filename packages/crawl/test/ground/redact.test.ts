import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, redactHeaders } from "../../src/ground/redact.js";

describe("redact()", () => {
  it.each([
    ["http://user:secret@host/path", "http://***@host/path"],
    ["socks5://user:p%40ss@10.0.0.1:1080", "socks5://***@10.0.0.1:1080"],
    ["see http://a:b@c/ and https://d:e@f/", "see http://***@c/ and https://***@f/"],
    ["http://user:p@ss@host/", "http://***@host/"],
    ["https://host/?url=x&api_key=abc&page=2", "https://host/?url=x&api_key=***&page=2"],
    ["https://host/?api%5Fkey=abc", "https://host/?api%5Fkey=***"],
    ["https://host/#access_token=abc&state=1", "https://host/#access_token=***&state=1"],
    ["https://host/?key=abc", "https://host/?key=***"],
    ["https://host/?monkey=abc&sort_key=name", "https://host/?monkey=abc&sort_key=name"],
    ["GET / with Authorization: Basic dTpw\r\nhost: a", "GET / with Authorization: ***\r\nhost: a"],
    ["proxy-authorization: Basic dTpw", "proxy-authorization: ***"],
    ['{"cookie": "sid=1; a=b"}', '{"cookie": ***'],
    ["nothing to hide: mail me@example.com", "nothing to hide: mail me@example.com"],
  ])("makes of %j %j", (given, expected) => {
    expect(redact(given)).toBe(expected);
  });

  it("takes a URL, too", () => {
    expect(redact(new URL("https://u:p@host/?token=t"))).toBe("https://***@host/?token=***");
  });

  it("lets no password of a URL through, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.webUrl(), (password, base) => {
        const url = new URL(base);
        url.username = "user";
        url.password = password;
        url.searchParams.set("client_secret", `<${password}>`);
        const shown = redact(`Cannot reach ${url.href} today`);
        expect(shown).toContain("***@");
        expect(shown).not.toContain(`:${url.password}@`);
        expect(shown).toContain("client_secret=***");
      }),
    );
  });
});

describe("redactHeaders()", () => {
  it("hides the values of fields that carry secrets, of those that are named so, and what is in URLs", () => {
    expect(
      redactHeaders({
        accept: "*/*",
        Cookie: "a=b",
        "set-cookie": ["a=b", "c=d"],
        "X-Acme-Api-Key": "k",
        referer: "http://u:p@host/",
        missing: undefined,
      }),
    ).toEqual({
      accept: "*/*",
      Cookie: "***",
      "set-cookie": ["***", "***"],
      "X-Acme-Api-Key": "***",
      referer: "http://***@host/",
    });
  });
});
