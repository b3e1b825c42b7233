import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Hop } from "../../src/fetcher/redirect.js";
import { followRedirect, isRedirect, Trail } from "../../src/fetcher/redirect.js";

const get = (url: string, more: Partial<Hop> = {}): Hop => ({ url: new URL(url), method: "GET", headers: {}, ...more });
const page = fc.webPath().map((path) => `https://a.test${path}`);
const next = (from: string, location: string): string => followRedirect(get(from), 302, location).url.href;

describe("isRedirect()", () => {
  it("is true for the five that lead elsewhere, if they say where", () => {
    for (const status of [301, 302, 303, 307, 308]) expect(isRedirect(status, "/")).toBe(true);
    for (const status of [200, 300, 304, 305, 306, 404]) expect(isRedirect(status, "/")).toBe(false);
    expect(isRedirect(302, undefined)).toBe(false);
  });
});

describe("followRedirect()", () => {
  it("understands relative locations", () => {
    expect(next("http://a/b/c?d", "e")).toBe("http://a/b/e");
    expect(next("http://a/b/c?d", "/e")).toBe("http://a/e");
    expect(next("http://a/b/c?d", "?e")).toBe("http://a/b/c?e");
    expect(next("https://a/b", "//c/d")).toBe("https://c/d");
    expect(next("http://a/b/c", "../../../d")).toBe("http://a/d");
    expect(next("http://a/b", "")).toBe("http://a/b");
  });

  it("escapes what servers send raw, byte by byte", () => {
    const raw = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
    expect(next("http://a/", raw("/ü x/日"))).toBe("http://a/%C3%BC%20x/%E6%97%A5");
    expect(next("http://a/", raw("//bücher.test/"))).toBe("http://xn--bcher-kva.test/");
    expect(next("http://a/", "/caf\u00e9")).toBe("http://a/caf%E9");
  });

  it("lets the fragment be inherited, unless there is a new one", () => {
    expect(next("http://a/b#c", "/d")).toBe("http://a/d#c");
    expect(next("http://a/b#c", "/d#e")).toBe("http://a/d#e");
    expect(next("http://a/b#c", "/d#")).toBe("http://a/d#");
  });

  it.each(["ftp://x/", "mailto:a@b", "javascript:alert(1)", "http://", "http://a b/", "data:,x"])(
    "refuses to go to %j",
    (location) => {
      expect(() => next("http://a/", location)).toThrow(expect.objectContaining({ outcome: "bad-redirect" }) as Error);
    },
  );

  it.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [303, "HEAD", "HEAD"],
    [301, "PUT", "PUT"],
    [302, "HEAD", "HEAD"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
    [308, "GET", "GET"],
  ])("turns, on %i, %s into %s", (status, method, expected) => {
    const headers = { "content-type": "a/b", "content-length": "1", accept: "*" };
    const hop = followRedirect(get("http://a/", { method, headers }), status, "/b");
    expect(hop.method).toBe(expected);
    expect(hop.headers).toEqual(method === expected ? headers : { accept: "*" });
  });

  it("tells another origin no secrets", () => {
    const headers = { authorization: "x", cookie: "y", "proxy-authorization": "z", host: "a", accept: "*" };
    const from = get("https://a/", { headers });
    expect(followRedirect(from, 302, "/b").headers).toEqual(headers);
    for (const elsewhere of ["https://b/", "http://a/", "https://a:444/", "https://sub.a/"]) {
      expect(followRedirect(from, 302, elsewhere).headers).toEqual({ accept: "*" });
    }
  });

  it("leads to an http or https URL, or throws a bad redirect, wherever it leads", () => {
    const location = fc.oneof(
      fc.string(),
      fc.webPath(),
      fc.string().map((rest) => `https://${rest}`),
    );
    fc.assert(
      fc.property(page, location, fc.constantFrom(301, 302, 303, 307, 308), (from, to, status) => {
        try {
          const hop = followRedirect(get(from), status, to);
          expect(hop.url.protocol).toMatch(/^https?:$/);
          expect(hop.method).toBe("GET");
        } catch (error) {
          expect(error).toMatchObject({ outcome: "bad-redirect" });
        }
      }),
    );
  });

  it("resolves as the platform does", () => {
    fc.assert(
      fc.property(page, fc.webPath(), (from, path) => {
        fc.pre(URL.canParse(path, from));
        expect(next(from, path)).toBe(new URL(path, from).href);
      }),
    );
  });
});

describe("Trail", () => {
  it("counts the redirects", () => {
    const trail = new Trail(get("http://a/"), 20);
    trail.add(get("http://a/1"));
    trail.add(get("http://a/2"));
    expect(trail.length).toBe(2);
  });

  it("sees a loop, of one or of several, and takes no fragment for a difference", () => {
    const loop = expect.objectContaining({ outcome: "redirect-loop" }) as Error;
    expect(() => new Trail(get("http://a/"), 20).add(get("http://a/#x"))).toThrow(loop);
    const trail = new Trail(get("http://a/"), 20);
    trail.add(get("http://a/1"));
    trail.add(get("http://a/2"));
    expect(() => trail.add(get("http://a/1"))).toThrow(loop);
  });

  it("takes the same URL with another method for another place", () => {
    expect(() => new Trail(get("http://a/", { method: "POST" }), 20).add(get("http://a/"))).not.toThrow();
  });

  it("goes on for as many as are allowed, and not for one more", () => {
    const trail = new Trail(get("http://a/"), 3);
    for (const at of [1, 2, 3]) trail.add(get(`http://a/${at}`));
    expect(() => trail.add(get("http://a/4"))).toThrow(
      expect.objectContaining({ outcome: "too-many-redirects" }) as Error,
    );
  });
});
