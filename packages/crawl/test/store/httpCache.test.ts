import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResponseHeaders } from "../../src/ground/transport.js";
import type { CacheLookup, CacheRequest, StaleLookup } from "../../src/store/cacheLookup.js";
import type { StoreResult } from "../../src/store/httpCache.js";
import { HttpCache } from "../../src/store/httpCache.js";
import type { HttpCacheOptions } from "../../src/store/httpCacheOptions.js";
import { openDatabase } from "../../src/store/openDatabase.js";

const START = Date.UTC(2026, 7, 14, 10, 0, 0);
const SECOND = 1000;
const DAY = 86_400_000;

/** A cache in memory with a clock that stands still, and short ways to ask it. */
class Bench {
  now = START;
  cache!: HttpCache;

  static async open(options: HttpCacheOptions = {}): Promise<Bench> {
    const bench = new Bench();
    bench.cache = await HttpCache.open(":memory:", { wallClock: () => bench.now, ...options });
    return bench;
  }

  request(path: string, headers: Record<string, string> = {}, more: Partial<CacheRequest> = {}): CacheRequest {
    return { method: "GET", url: new URL(path, "https://a.example"), headers, ...more };
  }

  put(
    path: string,
    headers: ResponseHeaders,
    more: { request?: CacheRequest; status?: number; body?: string } = {},
  ): StoreResult {
    const { request = this.request(path), status = 200, body = `body of ${path}` } = more;
    return this.cache.store(request, { status, headers: { date: this.date(0), ...headers }, body: Buffer.from(body) });
  }

  look(path: string, headers: Record<string, string> = {}, more: Partial<CacheRequest> = {}): CacheLookup {
    return this.cache.lookup(this.request(path, headers, more));
  }

  stale(path: string, headers: Record<string, string> = {}): StaleLookup {
    const lookup = this.look(path, headers);
    if (lookup.state !== "stale") throw new Error(`it is ${lookup.state}`);
    return lookup;
  }

  state(path: string, headers: Record<string, string> = {}, more: Partial<CacheRequest> = {}): string {
    return this.look(path, headers, more).state;
  }

  date(ago: number): string {
    return new Date(this.now - ago).toUTCString();
  }
}

const text = (lookup: CacheLookup): string =>
  lookup.state === "miss" ? `miss: ${lookup.reason}` : Buffer.from(lookup.response.body).toString();

describe("HttpCache", () => {
  it("serves what is fresh, with its age, and then asks about it", async () => {
    const bench = await Bench.open();
    expect(text(bench.look("/x"))).toBe("miss: nothing is stored");
    const headers = { "cache-control": "max-age=60", etag: '"v1"', "content-type": "text/html", age: "5" };
    expect(bench.put("/x", headers)).toEqual({ stored: true });
    bench.now += 50 * SECOND;
    const fresh = bench.look("/x#part");
    expect(fresh).toMatchObject({
      state: "fresh",
      response: { status: 200, age: 55 * SECOND, isStale: false, headers: { age: "55", "content-type": "text/html" } },
    });
    expect(text(fresh)).toBe("body of /x");
    bench.now += 5 * SECOND;
    expect(bench.stale("/x")).toMatchObject({
      response: { isStale: true },
      validators: { "if-none-match": '"v1"' },
      mayServe: false,
      mayServeOnError: false,
    });
    expect(bench.cache.stats()).toMatchObject({ hits: 1, misses: 1, stale: 1, stored: 1, bytesSaved: 10, entries: 1 });
  });

  it("counts an answer's age from when its request left", async () => {
    const bench = await Bench.open();
    const response = { status: 200, headers: { "cache-control": "max-age=60" }, body: new Uint8Array(1) };
    bench.cache.store(bench.request("/x"), response, { requestedAt: START - 40 * SECOND });
    expect(bench.look("/x")).toMatchObject({ response: { age: 40 * SECOND } });
  });

  describe("knows how long an answer is fresh", () => {
    it.each([
      ["max-age", { "cache-control": "max-age=100" }, 100],
      ["s-maxage before max-age", { "cache-control": "max-age=100, s-maxage=50" }, 50],
      ["max-age before Expires", { "cache-control": "max-age=100", expires: new Date(START + DAY).toUTCString() }, 100],
      ["Expires", { expires: new Date(START + 100 * SECOND).toUTCString() }, 100],
      ["an Expires that is none", { expires: "0" }, 0],
      [
        "a tenth of the time since it was changed",
        { "last-modified": new Date(START - 1000 * SECOND).toUTCString() },
        100,
      ],
      ["nothing", {}, 0],
      ["no-cache", { "cache-control": "no-cache, max-age=100" }, 0],
      ["an old Pragma", { pragma: "no-cache", expires: new Date(START + DAY).toUTCString() }, 0],
      ["names in capitals", { "cache-control": "Max-Age=100" }, 100],
      ["must-revalidate, which counts only afterwards", { "cache-control": "max-age=100, must-revalidate" }, 100],
      ["a number that is none", { "cache-control": "max-age=soon" }, 0],
      ["an answer that sets cookies", { "cache-control": "max-age=100", "set-cookie": ["a=1"] }, 0],
      ["one that sets cookies for all", { "cache-control": "public, max-age=100", "set-cookie": ["a=1"] }, 100],
    ])("by %s", async (_, headers, seconds) => {
      const bench = await Bench.open();
      bench.put("/x", headers);
      if (seconds > 0) {
        bench.now += (seconds - 1) * SECOND;
        expect(bench.state("/x")).toBe("fresh");
        bench.now += SECOND;
      }
      expect(bench.state("/x")).toBe("stale");
    });
  });

  describe("does as the request says", () => {
    it.each([
      [{ "cache-control": "no-cache" }, "stale"],
      [{ pragma: "no-cache" }, "stale"],
      [{ "cache-control": "max-age=20" }, "stale"],
      [{ "cache-control": "max-age=30" }, "fresh"],
      [{ "cache-control": "min-fresh=80" }, "stale"],
      [{ "cache-control": "min-fresh=70" }, "fresh"],
      [{ "cache-control": "no-store" }, "miss"],
      [{ range: "bytes=0-5" }, "miss"],
      [{ "if-none-match": '"x"' }, "miss"],
    ])("%j", async (headers, state) => {
      const bench = await Bench.open();
      bench.put("/x", { "cache-control": "max-age=100" });
      bench.now += 30 * SECOND;
      expect(bench.state("/x", headers)).toBe(state);
    });

    it.each([
      ["max-stale", "max-age=100", "fresh"],
      ["max-stale=60", "max-age=100", "fresh"],
      ["max-stale=10", "max-age=100", "stale"],
      ["max-stale", "max-age=100, must-revalidate", "stale"],
    ])("%s about an answer that has %s", async (wish, control, state) => {
      const bench = await Bench.open();
      bench.put("/x", { "cache-control": control });
      bench.now += 130 * SECOND;
      expect(bench.state("/x", { "cache-control": wish })).toBe(state);
    });

    it("only-if-cached, which is to end without the server", async () => {
      const bench = await Bench.open();
      bench.put("/x", { "cache-control": "max-age=100" });
      const headers = { "cache-control": "only-if-cached" };
      expect(bench.state("/x", headers)).toBe("fresh");
      expect(bench.look("/y", headers)).toMatchObject({ state: "miss", mayAsk: false });
      bench.now += 200 * SECOND;
      expect(bench.look("/x", headers)).toEqual({ state: "miss", reason: "what is stored is stale", mayAsk: false });
      expect(bench.look("/y")).toMatchObject({ mayAsk: true });
    });
  });

  describe("does not store", () => {
    const MAX_AGE = { "cache-control": "max-age=60" };
    const PUBLIC = { "cache-control": "max-age=60, public" };

    it.each([
      [{}, { "cache-control": "no-store, max-age=60" }, "the answer says no-store"],
      [{}, { "cache-control": "No-Store" }, "the answer says no-store"],
      [{}, { "cache-control": "private, max-age=60" }, "the answer says private"],
      [{}, { vary: "*", ...MAX_AGE }, "the answer says that it depends on everything (Vary: *)"],
      [{ "cache-control": "no-store" }, MAX_AGE, "the request says no-store"],
      [{ range: "bytes=0-1" }, MAX_AGE, "the request is for a part"],
      [
        { authorization: "Basic x" },
        MAX_AGE,
        "the request had credentials, and the answer does not say that it is for all",
      ],
      [{ cookie: "a=1" }, MAX_AGE, "the request had cookies, and the answer does not say that it is for all"],
    ])("an answer to %j with %j", async (request, response, reason) => {
      const bench = await Bench.open();
      expect(bench.put("/x", response, { request: bench.request("/x", request) })).toEqual({ stored: false, reason });
      expect(bench.state("/x")).toBe("miss");
    });

    it.each([
      [{ authorization: "Basic x" }, PUBLIC],
      [{ authorization: "Basic x" }, { "cache-control": "s-maxage=60" }],
      [{ cookie: "a=1" }, PUBLIC],
      [{ cookie: "a=1" }, { vary: "Cookie", ...MAX_AGE }],
    ])("but does an answer to %j with %j", async (request, response) => {
      const bench = await Bench.open();
      expect(bench.put("/x", response, { request: bench.request("/x", request) })).toEqual({ stored: true });
    });

    it("an answer to a URL with credentials", async () => {
      const bench = await Bench.open();
      const request = bench.request("https://user:secret@a.example/x");
      expect(bench.put("/x", MAX_AGE, { request }).stored).toBe(false);
      expect(bench.put("/x", PUBLIC, { request }).stored).toBe(true);
      expect(bench.state("/x")).toBe("fresh");
    });

    it.each(["POST", "PUT", "HEAD", "DELETE"])("answers to %s", async (method) => {
      const bench = await Bench.open();
      expect(bench.put("/x", MAX_AGE, { request: bench.request("/x", {}, { method }) }).stored).toBe(false);
    });

    it.each([
      [200, true],
      [203, true],
      [204, true],
      [206, false],
      [301, true],
      [302, false],
      [304, false],
      [404, true],
      [410, true],
      [500, false],
      [503, false],
    ])("%d without a lifetime: %j", async (status, stored) => {
      const bench = await Bench.open();
      expect(bench.put("/x", {}, { status }).stored).toBe(stored);
    });

    it("a body that is larger than it may be", async () => {
      const bench = await Bench.open({ maxBodyBytes: 5 });
      expect(bench.put("/x", MAX_AGE, { body: "12345" }).stored).toBe(true);
      expect(bench.put("/x", MAX_AGE, { body: "123456" })).toEqual({
        stored: false,
        reason: "the body is larger than maxBodyBytes",
      });
    });

    it("cookies, or what belongs to a connection", async () => {
      const bench = await Bench.open();
      bench.put("/x", {
        "cache-control": "public, max-age=60",
        "set-cookie": ["session=secret", "b=2"],
        connection: "close, X-Hop",
        "x-hop": "1",
        "transfer-encoding": "chunked",
        "x-kept": ["1", "2"],
      });
      const lookup = bench.look("/x");
      expect(lookup).toMatchObject({ state: "fresh" });
      const names = lookup.state === "fresh" ? Object.keys(lookup.response.headers) : [];
      expect(names.toSorted()).toEqual(["age", "cache-control", "date", "x-kept"]);
    });
  });

  it("keeps what belongs to a partition for that alone, and may store more for it", async () => {
    const bench = await Bench.open();
    const request = bench.request("/x", { cookie: "a=1", authorization: "Basic x" }, { partition: "session-1" });
    expect(bench.put("/x", { "cache-control": "private, max-age=60" }, { request }).stored).toBe(true);
    expect(bench.put("/x", { "cache-control": "no-store" }, { request }).stored).toBe(false);
    expect(bench.state("/x", {}, { partition: "session-1" })).toBe("fresh");
    expect(bench.state("/x", {}, { partition: "session-2" })).toBe("miss");
    expect(bench.state("/x")).toBe("miss");
  });

  describe("by Vary", () => {
    const headers = { vary: "Accept-Language, accept-encoding", "cache-control": "max-age=60" };

    it("tells answers apart by the request fields that they depend on", async () => {
      const bench = await Bench.open();
      const de = { "accept-language": "de,  en", "accept-encoding": "gzip" };
      const en = { "accept-language": "en", "accept-encoding": "gzip" };
      bench.put("/x", headers, { request: bench.request("/x", de), body: "Hallo" });
      expect(text(bench.look("/x", en))).toBe("miss: what is stored is for other request headers");
      bench.put("/x", headers, { request: bench.request("/x", en), body: "Hello" });
      expect(text(bench.look("/x", { ...de, "user-agent": "x" }))).toBe("Hallo");
      expect(text(bench.look("/x", { ...de, "accept-language": " de, en " }))).toBe("Hallo");
      expect(text(bench.look("/x", en))).toBe("Hello");
      expect(bench.state("/x", { "accept-language": "de, en" })).toBe("miss");
      expect(bench.cache.stats().entries).toBe(2);
    });

    it("takes the newest of those that match", async () => {
      const bench = await Bench.open();
      bench.put("/x", headers, { body: "old" });
      bench.now += SECOND;
      bench.put("/x", { "cache-control": "max-age=60" }, { body: "new" });
      expect(text(bench.look("/x"))).toBe("new");
    });

    it("keeps so many for a URL, those that were used last", async () => {
      const bench = await Bench.open();
      for (let n = 0; n < 20; n++) {
        bench.now += SECOND;
        bench.put("/x", headers, { request: bench.request("/x", { "accept-language": String(n) }) });
      }
      expect(bench.cache.stats().entries).toBe(8);
      expect(bench.state("/x", { "accept-language": "19" })).toBe("fresh");
      expect(bench.state("/x", { "accept-language": "3" })).toBe("miss");
    });

    it("stores no value of a request field", async () => {
      const bench = await Bench.open();
      const request = bench.request("/x", { cookie: "token=geheim" });
      bench.put("/x", { vary: "cookie", "cache-control": "max-age=60" }, { request });
      const lookup = bench.stale("/x", { cookie: "token=geheim", "cache-control": "no-cache" });
      expect(JSON.stringify(lookup.row)).not.toContain("geheim");
    });
  });

  describe("when the server answers 304", () => {
    it("is fresh again, with the new fields, and the body that it had", async () => {
      const bench = await Bench.open();
      bench.put("/x", {
        "cache-control": "max-age=60",
        etag: '"v1"',
        "last-modified": "Thu, 13 Aug 2026 10:00:00 GMT",
        "content-type": "text/html",
        "x-old": "1",
        age: "50",
      });
      bench.now += 100 * SECOND;
      const lookup = bench.stale("/x");
      expect(lookup.validators).toEqual({
        "if-none-match": '"v1"',
        "if-modified-since": "Thu, 13 Aug 2026 10:00:00 GMT",
      });
      const headers = { "cache-control": "max-age=600", etag: 'W/"v1"', "x-new": "2", "content-type": "text/plain" };
      const response = bench.cache.refresh(lookup, { headers });
      expect(response).toMatchObject({
        status: 200,
        age: 0,
        isStale: false,
        headers: { "cache-control": "max-age=600", "x-old": "1", "x-new": "2", "content-type": "text/html" },
      });
      expect(Buffer.from(response?.body ?? []).toString()).toBe("body of /x");
      bench.now += 599 * SECOND;
      expect(text(bench.look("/x"))).toBe("body of /x");
      expect(bench.cache.stats()).toMatchObject({ revalidated: 1, stale: 1, hits: 1, bytesSaved: 20 });
    });

    it("knows that it was about another version", async () => {
      const bench = await Bench.open();
      bench.put("/x", { etag: '"v1"' });
      expect(bench.cache.refresh(bench.stale("/x"), { headers: { etag: '"v2"' } })).toBeUndefined();
      expect(bench.state("/x")).toBe("miss");
    });

    it("forgets it if it is not to be stored any more", async () => {
      const bench = await Bench.open();
      bench.put("/x", { etag: '"v1"' });
      expect(bench.cache.refresh(bench.stale("/x"), { headers: { "cache-control": "no-store" } })).toBeDefined();
      expect(bench.state("/x")).toBe("miss");
    });
  });

  describe("when the server fails", () => {
    const after = async (control: string, seconds: number, options: HttpCacheOptions = {}): Promise<boolean> => {
      const bench = await Bench.open(options);
      bench.put("/x", { "cache-control": control });
      bench.now += seconds * SECOND;
      return bench.cache.staleIfError(bench.stale("/x")) !== undefined;
    };

    it("serves what is stale as long as the answer or the options allow", async () => {
      expect(await after("max-age=10", 11)).toBe(false);
      expect(await after("max-age=10, stale-if-error=60", 69)).toBe(true);
      expect(await after("max-age=10, stale-if-error=60", 71)).toBe(false);
      expect(await after("max-age=10", 69, { staleIfError: 60_000 })).toBe(true);
      expect(await after("max-age=10", 1e6, { staleIfError: Infinity })).toBe(true);
    });

    it.each(["must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=10"])(
      "does not where %s forbids it",
      async (word) => {
        expect(await after(`max-age=10, stale-if-error=60, ${word}`, 20, { staleIfError: 60_000 })).toBe(false);
      },
    );

    it("does as the request allows, and counts it", async () => {
      const bench = await Bench.open();
      bench.put("/x", { "cache-control": "max-age=10" });
      bench.now += 20 * SECOND;
      const lookup = bench.stale("/x", { "cache-control": "stale-if-error=30" });
      expect(text({ state: "fresh", response: bench.cache.staleIfError(lookup)! })).toBe("body of /x");
      expect(bench.cache.stats()).toMatchObject({ servedStale: 1, bytesSaved: 10 });
    });
  });

  it("serves what may be served while it is asked for again, if that is wanted", async () => {
    for (const staleWhileRevalidate of [true, false]) {
      const bench = await Bench.open({ staleWhileRevalidate });
      bench.put("/x", { "cache-control": "max-age=10, stale-while-revalidate=30" });
      bench.now += 35 * SECOND;
      const lookup = bench.stale("/x");
      expect(lookup.mayServe).toBe(staleWhileRevalidate);
      expect(bench.cache.staleWhileRevalidate(lookup) !== undefined).toBe(staleWhileRevalidate);
      bench.now += 10 * SECOND;
      expect(bench.stale("/x").mayServe).toBe(false);
    }
  });

  it("serves whatever there is when it is offline, and never has anybody asked", async () => {
    const bench = await Bench.open({ offline: true });
    bench.put("/x", { vary: "accept-language", "cache-control": "no-cache" });
    bench.now += 1000 * DAY;
    expect(bench.look("/x")).toMatchObject({ state: "offline", response: { isStale: true } });
    expect(bench.state("/x", { "accept-language": "de" })).toBe("offline");
    expect(bench.look("/y")).toEqual({ state: "miss", reason: "nothing is stored", mayAsk: false });
    expect(bench.look("/x", {}, { method: "POST" })).toMatchObject({ state: "miss", mayAsk: false });
  });

  it("answers HEAD from what GET has brought, without a body", async () => {
    const bench = await Bench.open();
    bench.put("/x", { "cache-control": "max-age=60" });
    expect(bench.look("/x", {}, { method: "HEAD" })).toMatchObject({
      state: "fresh",
      response: { body: new Uint8Array(0) },
    });
  });

  describe("after an unsafe request", () => {
    it.each([
      ["POST", 200, {}, ["/y", "/z"]],
      ["PUT", 204, {}, ["/y", "/z"]],
      ["DELETE", 302, { location: "/y" }, ["/z"]],
      ["PATCH", 201, { location: "https://a.example/y", "content-location": "z" }, []],
      ["POST", 200, { location: "https://b.example/y" }, ["/y", "/z"]],
      ["POST", 404, {}, ["/x", "/y", "/z"]],
      ["POST", 500, {}, ["/x", "/y", "/z"]],
      ["GET", 200, {}, ["/x", "/y", "/z"]],
    ])("%s with %d and %j leaves %j", async (method, status, headers, left) => {
      const bench = await Bench.open();
      for (const path of ["/x", "/y", "/z"]) bench.put(path, { "cache-control": "max-age=60" });
      const removed = bench.cache.invalidate(bench.request("/x", {}, { method }), { status, headers });
      expect(["/x", "/y", "/z"].filter((path) => bench.state(path) === "fresh")).toEqual(left);
      expect(removed).toBe(3 - left.length);
      expect(bench.cache.stats().invalidated).toBe(removed);
    });

    it("removes the answers of all partitions", async () => {
      const bench = await Bench.open();
      const headers = { "cache-control": "max-age=60" };
      for (const partition of ["a", "b"]) bench.put("/x", headers, { request: bench.request("/x", {}, { partition }) });
      expect(bench.cache.invalidate(bench.request("/x", {}, { method: "POST" }), { status: 200, headers: {} })).toBe(2);
    });
  });

  it("removes those that were longest not used when there is too much", async () => {
    const bench = await Bench.open({ maxBytes: 100_000 });
    const put = (path: string): unknown =>
      bench.put(path, { "cache-control": "max-age=9999" }, { body: "x".repeat(5000) });
    for (let n = 0; n < 15; n++) {
      bench.now += SECOND;
      put(`/${n}`);
    }
    expect(bench.cache.stats()).toMatchObject({ entries: 15, evicted: 0 });
    bench.now += SECOND;
    for (const path of ["/0", "/3"]) expect(bench.state(path)).toBe("fresh");
    for (let n = 15; n < 40; n++) {
      bench.now += SECOND;
      put(`/${n}`);
      expect(bench.cache.stats().bytes).toBeLessThanOrEqual(100_000);
      bench.look("/3");
    }
    expect(bench.state("/3")).toBe("fresh");
    expect(bench.state("/0")).toBe("miss");
    expect(bench.state("/39")).toBe("fresh");
    const { entries, evicted } = bench.cache.stats();
    expect(entries + evicted).toBe(40);
  });

  it("does as a list of all answers would, whatever happens", async () => {
    const languages = ["de", "en", undefined] as const;
    const step = fc.record({
      what: fc.constantFrom("put", "put", "look", "look", "look", "wait", "post", "refresh"),
      path: fc.constantFrom("/x", "/y"),
      language: fc.constantFrom(...languages),
      seconds: fc.constantFrom(0, 5, 20, 60),
      varies: fc.boolean(),
    });
    interface Known {
      path: string;
      varies: boolean;
      language: string | undefined;
      lifetime: number;
      at: number;
      body: string;
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const bench = await Bench.open();
        let known: Known[] = [];
        for (const [n, { what, path, language, seconds, varies }] of steps.entries()) {
          const headers: Record<string, string> = language === undefined ? {} : { "accept-language": language };
          const matching = known
            .filter((each) => each.path === path && (!each.varies || each.language === language))
            .toSorted((a, b) => b.at - a.at);
          const [newest] = matching;
          // Each step at another moment, so that it is plain which one is the newest.
          bench.now += 1;
          if (what === "wait") bench.now += seconds * SECOND;
          if (what === "put") {
            const answer = {
              "cache-control": `max-age=${seconds}`,
              etag: `"${n}"`,
              ...(varies && { vary: "accept-language" }),
            };
            bench.put(path, answer, { request: bench.request(path, headers), body: String(n) });
            const own = { path, varies, language: varies ? language : undefined };
            known = known.filter(
              (each) => each.path !== path || each.varies !== varies || each.language !== own.language,
            );
            known.push({ ...own, lifetime: seconds * SECOND, at: bench.now, body: String(n) });
          }
          if (what === "post") {
            bench.cache.invalidate(bench.request(path, {}, { method: "POST" }), { status: 200, headers: {} });
            known = known.filter((each) => each.path !== path);
          }
          if (what === "look" || what === "refresh") {
            const lookup = bench.look(path, headers);
            const state = newest === undefined ? "miss" : bench.now - newest.at < newest.lifetime ? "fresh" : "stale";
            expect(lookup.state).toBe(state);
            if (newest !== undefined) expect(text(lookup)).toBe(newest.body);
            if (what === "refresh" && lookup.state === "stale" && newest !== undefined) {
              expect(lookup.validators).toEqual({ "if-none-match": `"${newest.body}"` });
              const fresh = { "cache-control": `max-age=${seconds}` };
              expect(Buffer.from(bench.cache.refresh(lookup, { headers: fresh })?.body ?? []).toString()).toBe(
                newest.body,
              );
              newest.at = bench.now;
              newest.lifetime = seconds * SECOND;
            }
          }
        }
        expect(bench.cache.stats().entries).toBe(known.length);
        bench.cache.close();
      }),
    );
  });

  it("keeps count of what is stored, and forgets one URL or all", async () => {
    const bench = await Bench.open();
    bench.put("/x", { "cache-control": "max-age=60" }, { body: "1" });
    const { bytes } = bench.cache.stats();
    bench.put("/x", { "cache-control": "max-age=60" }, { body: "123" });
    expect(bench.cache.stats()).toMatchObject({ entries: 1, bytes: bytes + 2 });
    bench.put("/y", {});
    expect(bench.cache.delete(new URL("https://a.example/x"))).toBe(1);
    expect(bench.cache.stats().entries).toBe(1);
    bench.cache.clear();
    expect(bench.cache.stats()).toMatchObject({ entries: 0, bytes: 0 });
  });

  it("goes on without storing while another process writes for long, or the disk is full", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heddle-cache-"));
    const file = join(folder, "cache.db");
    using own = await openDatabase(file, { busyTimeout: 1 });
    using other = await openDatabase(file);
    const cache = new HttpCache(own);
    const request = { method: "GET", url: new URL("https://a.example/"), headers: {} };
    const response = { status: 200, headers: { "cache-control": "max-age=60" }, body: Buffer.alloc(50_000) };
    other.transaction(() => {
      expect(cache.store(request, response)).toMatchObject({
        stored: false,
        reason: expect.stringContaining("locked"),
      });
    });
    own.exec("PRAGMA max_page_count = 1");
    expect(cache.store(request, response)).toMatchObject({ stored: false, reason: expect.stringContaining("full") });
    expect(cache.lookup(request).state).toBe("miss");
    own.exec("PRAGMA max_page_count = 100000");
    expect(cache.store(request, response)).toEqual({ stored: true });
    other.close();
    cache.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    [{ maxBytes: -1 }, "Cannot make a cache as maxBytes must be a whole number, 0 or more: received -1"],
    [{ offline: "yes" }, 'offline must be true or false: received "yes"'],
    [{ wallClock: 5 }, "wallClock must be a function: received 5"],
    [{ staleIfError: NaN }, "staleIfError must be a number of milliseconds"],
    [{ ttl: 5 }, 'received "ttl"'],
  ])("refuses %j", async (options, message) => {
    await expect(HttpCache.open(":memory:", options as never)).rejects.toThrow(message);
  });

  it("refuses requests that are none", async () => {
    const bench = await Bench.open();
    expect(() => bench.look("/x", {}, { url: "/x" as never })).toThrow(
      "Cannot look for an answer as the url must be a URL",
    );
    expect(() => bench.look("/x", {}, { method: "get" })).toThrow("the method must be in capital letters");
    expect(() => bench.look("/x", {}, { partition: "" })).toThrow("the partition must be a name");
    expect(() => bench.cache.delete("/x" as never)).toThrow("Cannot remove answers as the url must be a URL");
    expect(() => bench.cache.refresh(bench.look("/x") as never, { headers: {} })).toThrow(
      "Cannot refresh an answer as it must be a stale lookup: received an object",
    );
    expect(() => bench.cache.store(bench.request("/x"), { status: 200, headers: {}, body: "x" as never })).toThrow(
      "Cannot store an answer as the body must be a Uint8Array",
    );
  });
});
