import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CookieHeaderOptions, CookieJarOptions } from "../../src/store/cookieJar.js";
import { CookieJar } from "../../src/store/cookieJar.js";

const START = Date.UTC(2026, 7, 14, 10, 0, 0);
const DAY = 86_400_000;
const PAGE = "https://www.example.com/a/b";

/** What is sent to a URL after others have set what they have. */
function sent(
  sets: readonly (readonly [url: string, ...lines: string[]])[],
  url: string,
  options: CookieHeaderOptions = {},
): string | undefined {
  const jar = new CookieJar();
  for (const [from, ...lines] of sets) jar.store(new URL(from), lines);
  return jar.headerFor(new URL(url), options);
}

function jarAt(options: CookieJarOptions = {}): { jar: CookieJar; clock: { now: number } } {
  const clock = { now: START };
  return { jar: new CookieJar({ wallClock: () => clock.now, ...options }), clock };
}

describe("CookieJar", () => {
  it("sends what was set, the longest path first, then the oldest", () => {
    const sets: [string, ...string[]][] = [
      [PAGE, "one=1", "two=2; Path=/", "three=3; Path=/a/b"],
      [PAGE, "two=22; Path=/", "empty=", "lonely"],
    ];
    expect(sent(sets, PAGE)).toBe("three=3; one=1; empty=; lonely; two=22");
    expect(sent(sets, "https://www.example.com/")).toBe("two=22");
    expect(sent([], PAGE)).toBeUndefined();
  });

  it.each([
    // Domains.
    ["a=1", "https://www.example.com/", "a=1"],
    ["a=1", "https://example.com/", undefined],
    ["a=1", "https://sub.www.example.com/a/b", undefined],
    ["a=1; Domain=example.com; Path=/", "https://other.example.com/", "a=1"],
    ["a=1; Domain=.Example.com; Path=/", "https://example.com/", "a=1"],
    ["a=1; Domain=other.example.com; Path=/", "https://other.example.com/", undefined],
    ["a=1; Domain=example.org; Path=/", "https://example.org/", undefined],
    ["a=1; Domain=com; Path=/", PAGE, undefined],
    // Paths.
    ["a=1", "https://www.example.com/a/x", "a=1"],
    ["a=1", "https://www.example.com/ab", undefined],
    ["a=1; Path=/a/b", "https://www.example.com/a/b/c", "a=1"],
    ["a=1; Path=/a/b", "https://www.example.com/a/bc", undefined],
    ["a=1; Path=x", "https://www.example.com/a/", "a=1"],
    // Schemes.
    ["a=1; Path=/", "http://www.example.com/", "a=1"],
    ["a=1; Path=/; Secure", "http://www.example.com/", undefined],
    ["a=1; Path=/; Secure", "https://www.example.com:8443/", "a=1"],
    // Prefixes.
    ["__Secure-a=1; Path=/", PAGE, undefined],
    ["__Secure-a=1; Path=/; Secure", PAGE, "__Secure-a=1"],
    ["__Host-a=1; Path=/; Secure", PAGE, "__Host-a=1"],
    ["__Host-a=1; Path=/; Secure; Domain=www.example.com", PAGE, undefined],
    ["__Host-a=1; Path=/a; Secure", PAGE, undefined],
    ["=__Host-a=1; Path=/", PAGE, undefined],
    // What is none.
    ["", PAGE, undefined],
    ["=", PAGE, undefined],
    ["a=1\u0000", PAGE, undefined],
    ["a=1\r\nSet-Cookie: b=2", PAGE, undefined],
    [`a=${"x".repeat(4096)}`, PAGE, undefined],
    ["a=1; SameSite=None", PAGE, undefined],
    ["a=1; SameSite=None; Secure; Path=/", PAGE, "a=1"],
  ])("%j is sent to %s as %j", (line, url, expected) => {
    expect(
      sent([["https://www.example.com/a/b", line]], url.replace(/^(https:\/\/www\.example\.com\/)$/, "$1a/")),
    ).toBe(expected);
  });

  it("takes none of a public suffix, also of private ones", () => {
    expect(sent([["https://me.github.io/", "a=1; Domain=github.io"]], "https://you.github.io/")).toBeUndefined();
    expect(sent([["https://a.co.uk/", "a=1; Domain=co.uk"]], "https://b.co.uk/")).toBeUndefined();
  });

  it("keeps those of addresses and of hosts without a domain for these", () => {
    expect(sent([["http://127.0.0.1:8080/", "a=1"]], "http://127.0.0.1:9090/")).toBe("a=1");
    expect(sent([["http://127.0.0.1/", "a=1; Domain=0.0.1"]], "http://127.0.0.1/")).toBeUndefined();
    expect(sent([["http://localhost/", "a=1"]], "http://localhost/")).toBe("a=1");
    expect(sent([["http://[::1]/", "a=1"]], "http://[::1]/")).toBe("a=1");
    expect(sent([["http://intranet/", "a=1"]], "http://intranet/")).toBe("a=1");
  });

  it("takes Secure ones over https only, and on this machine", () => {
    expect(sent([["http://example.com/", "a=1; Secure"]], "https://example.com/")).toBeUndefined();
    expect(sent([["http://localhost/", "a=1; Secure"]], "http://localhost/")).toBe("a=1");
  });

  it("lets nobody stand before a Secure one who is not secure", () => {
    const secure = ["https://www.example.com/", "a=1; Secure; Domain=example.com"] as const;
    expect(sent([secure, ["http://www.example.com/", "a=2; Domain=example.com"]], PAGE)).toBe("a=1");
    expect(sent([secure, ["http://www.example.com/a/", "a=2; Path=/a"]], PAGE)).toBe("a=1");
    expect(sent([secure, ["http://www.example.com/", "b=2"]], PAGE)).toBe("a=1; b=2");
    expect(sent([secure, ["https://www.example.com/", "a=2; Domain=example.com"]], PAGE)).toBe("a=2");
  });

  describe("by SameSite", () => {
    const sets = [
      [
        "https://www.example.com/",
        "strict=1; SameSite=Strict",
        "lax=1; SameSite=Lax",
        "none=1; SameSite=None; Secure",
        "unsaid=1",
      ],
    ] as const;
    const all = "strict=1; lax=1; none=1; unsaid=1";

    it.each([
      [undefined, "GET", all],
      [undefined, "POST", all],
      ["https://www.example.com/x", "POST", all],
      ["https://other.example.com/", "POST", all],
      ["https://example.org/", "GET", "lax=1; none=1; unsaid=1"],
      ["https://example.org/", "HEAD", "lax=1; none=1; unsaid=1"],
      ["https://example.org/", "POST", "none=1"],
      // The same site by another scheme is another site.
      ["http://www.example.com/", "GET", "lax=1; none=1; unsaid=1"],
    ])("from %s with %s", (from, method, expected) => {
      const options = { method, from: from === undefined ? undefined : new URL(from) };
      expect(sent(sets, "https://www.example.com/", options)).toBe(expected);
    });

    it("takes those of neighbours under a private suffix for others", () => {
      const own = [["https://me.github.io/", "a=1; SameSite=Strict"]] as const;
      expect(sent(own, "https://me.github.io/", { from: new URL("https://you.github.io/") })).toBeUndefined();
    });
  });

  describe("by its clock", () => {
    it.each([
      ["a=1; Max-Age=60", 59_000, 60_000],
      [`a=1; Expires=${new Date(START + DAY).toUTCString()}`, DAY - 1, DAY],
      [`a=1; Max-Age=60; Expires=${new Date(START + DAY).toUTCString()}`, 59_000, 60_000],
      ["a=1; Max-Age=99999999999", 399 * DAY, 400 * DAY],
      ["a=1; Expires=Fri, 31 Dec 2100 00:00:00 GMT", 399 * DAY, 400 * DAY],
    ])("forgets %s in time", (line, before, after) => {
      const { jar, clock } = jarAt();
      jar.store(new URL(PAGE), [line]);
      clock.now = START + before;
      expect(jar.headerFor(new URL(PAGE))).toBe("a=1");
      clock.now = START + after;
      expect(jar.headerFor(new URL(PAGE))).toBeUndefined();
      expect(jar.size).toBe(0);
    });

    it("keeps one without a time, whatever it is", () => {
      const { jar, clock } = jarAt();
      jar.store(new URL(PAGE), ["a=1", "b=1; Expires=whenever", "c=1; Max-Age=soon"]);
      clock.now += 10_000 * DAY;
      expect(jar.headerFor(new URL(PAGE))).toBe("a=1; b=1; c=1");
    });

    it("counts the time from when it was set, not from when it was sent", () => {
      const { jar, clock } = jarAt();
      jar.store(new URL(PAGE), ["a=1; Max-Age=100"]);
      for (let n = 0; n < 10; n++) {
        clock.now += 9000;
        expect(jar.headerFor(new URL(PAGE))).toBe("a=1");
      }
      clock.now += 10_000;
      expect(jar.headerFor(new URL(PAGE))).toBeUndefined();
    });

    it.each(["a=; Max-Age=0", "a=; Max-Age=-1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"])(
      "removes by %s",
      (line) => {
        const { jar } = jarAt();
        expect(jar.store(new URL(PAGE), ["a=1", "b=2"])).toBe(2);
        expect(jar.store(new URL(PAGE), [line])).toBe(1);
        expect(jar.headerFor(new URL(PAGE))).toBe("b=2");
        expect(jar.size).toBe(1);
      },
    );

    it("lets others remove nothing", () => {
      const { jar } = jarAt();
      jar.store(new URL(PAGE), ["a=1"]);
      jar.store(new URL("https://example.org/"), ["a=; Max-Age=0; Domain=www.example.com"]);
      expect(jar.headerFor(new URL(PAGE))).toBe("a=1");
    });
  });

  it("keeps so many of a domain and in all, those that were used last", () => {
    const { jar, clock } = jarAt({ maxPerDomain: 3, maxCookies: 5 });
    const set = (host: string, ...lines: string[]): unknown => jar.store(new URL(`https://${host}/`), lines);
    const get = (host: string): unknown => jar.headerFor(new URL(`https://${host}/`));
    set("a.example", "one=1; Path=/1", "two=2; Path=/2", "three=3; Path=/3");
    jar.headerFor(new URL("https://a.example/1"));
    set("a.example", "four=4");
    const names = (): string[] => jar.toJSON().cookies.map(({ name }) => name);
    expect(names()).toEqual(["one", "three", "four"]);
    expect(jar.size).toBe(3);
    set("b.example", "x=1; Max-Age=10", "y=2");
    clock.now += 20_000;
    set("c.example", "z=3");
    expect(names()).toEqual(["one", "three", "four", "y", "z"]);
    get("a.example");
    set("d.example", "w=4");
    expect(names()).toEqual(["one", "four", "y", "z", "w"]);
    expect(jar.size).toBe(5);
  });

  it("gives all of it as JSON, and takes that back", () => {
    const { jar, clock } = jarAt();
    jar.store(new URL(PAGE), [
      "a=1; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=100",
      "b=ü; Path=/",
      "gone=1; Max-Age=5",
    ]);
    clock.now += 10_000;
    const json = JSON.parse(JSON.stringify(jar)) as ReturnType<CookieJar["toJSON"]>;
    expect(json).toEqual({
      version: 1,
      cookies: [
        {
          name: "a",
          value: "1",
          domain: "example.com",
          hostOnly: false,
          path: "/",
          expires: START + 100_000,
          secure: true,
          httpOnly: true,
          sameSite: "strict",
        },
        {
          name: "b",
          value: "ü",
          domain: "www.example.com",
          hostOnly: true,
          path: "/",
          expires: null,
          secure: false,
          httpOnly: false,
        },
      ],
    });
    const other = CookieJar.fromJSON(json, { wallClock: () => clock.now });
    expect(other.size).toBe(2);
    expect(other.headerFor(new URL(PAGE))).toBe("a=1; b=ü");
    expect(other.headerFor(new URL("https://x.example.com/"))).toBe("a=1");
    expect(other.toJSON()).toEqual(json);
    clock.now += DAY;
    expect(other.headerFor(new URL(PAGE))).toBe("b=ü");
    other.clear();
    expect(other.size).toBe(0);
    expect(other.headerFor(new URL(PAGE))).toBeUndefined();
  });

  it.each([
    [null],
    [{ version: 2, cookies: [] }],
    [{ version: 1, cookies: [{}] }],
    [{ version: 1, cookies: [null] }],
    [{ version: 1, cookies: [{ name: "a", value: 1 }] }],
  ])("takes %j for no cookies", (json) => {
    expect(() => CookieJar.fromJSON(json as never)).toThrow(/^Cannot read cookies as .* toJSON\(\)/);
  });

  it("takes no notice of names that every object has", () => {
    const { jar } = jarAt();
    jar.store(new URL("http://__proto__/"), ["__proto__=1; Path=/", "constructor=2; Path=/"]);
    jar.store(new URL(PAGE), ["__proto__=1"]);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
    expect(jar.headerFor(new URL(PAGE))).toBe("__proto__=1");
  });

  it("never throws, counts right, and sends nothing that could end a line, whatever is set", () => {
    const attribute = fc.constantFrom(
      "Path=/",
      "Secure",
      "Max-Age=0",
      "Max-Age=9",
      "Domain=example.com",
      "SameSite=None",
      "x",
    );
    const line = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom("a", "b", "", "__Host-c"),
          fc.string({ maxLength: 5 }),
          fc.array(attribute, { maxLength: 3 }),
        )
        .map(([name, value, attributes]) => [`${name}=${value}`, ...attributes].join("; ")),
    );
    const page = fc.constantFrom("https://example.com/", "http://www.example.com/a/b", "http://127.0.0.1/");
    fc.assert(
      fc.property(fc.array(fc.tuple(page, line), { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (sets, most) => {
        const { jar, clock } = jarAt({ maxCookies: most + 3, maxPerDomain: most });
        for (const [url, text] of sets) {
          clock.now += 1000;
          jar.store(new URL(url), [text]);
          expect(jar.size).toBeLessThanOrEqual(most + 3);
          expect(jar.headerFor(new URL(url)) ?? "").not.toMatch(/[\r\n\0]/);
        }
        const { length } = jar.toJSON().cookies;
        expect(jar.size).toBe(length);
      }),
    );
  });

  it("refuses what is no http or https URL, or no array of lines", () => {
    const { jar } = jarAt();
    expect(() => jar.store(new URL("ftp://a/"), [])).toThrow(
      "Cannot take cookies as they belong to an http or https URL",
    );
    expect(() => jar.headerFor("https://a/" as never)).toThrow(
      "Cannot send cookies as they belong to an http or https",
    );
    expect(() => jar.store(new URL(PAGE), "a=1" as never)).toThrow("the Set-Cookie fields must be an array of strings");
    expect(() => new CookieJar({ maxCookies: 0 })).toThrow("Cannot keep cookies as maxCookies must be a whole number");
    expect(() => jar.headerFor(new URL(PAGE), { site: 1 } as never)).toThrow('received "site"');
  });
});
