import { cancelScope, now } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { FetcherOptions, FetchRecord } from "../../src/index.js";
import { HostLimits } from "../../src/index.js";
import type { FakeReply, FakeRequest } from "../support/fakeTransport.js";
import { FakeTransport, systemError } from "../support/fakeTransport.js";
import { fetchRecord } from "../support/records.js";

const URL_A = "http://a.test/";

/** Fetches a page from a network that answers as told. Jitter takes all it can. */
async function fetchFrom(
  reply: (request: FakeRequest, hit: number) => FakeReply,
  options: FetcherOptions = {},
): Promise<{ record: FetchRecord; times: number[]; transport: FakeTransport }> {
  const transport = new FakeTransport(reply);
  const record = await fetchRecord(URL_A, { transport, backoff: { random: () => 1 }, ...options });
  return { record, times: transport.log.map(({ at }) => at), transport };
}

const date = (ms: number): string => new Date(ms).toUTCString();

describe("getPage(), waiting", () => {
  it("asks again after a backoff that doubles, as often as it may", () =>
    virtualTime(async () => {
      const { record, times } = await fetchFrom(() => ({ status: 500 }), { retries: 4 });
      expect(times).toEqual([0, 500, 1500, 3500, 7500]);
      expect(record).toMatchObject({
        outcome: "http-error",
        status: 500,
        attempts: 5,
        ms: 7500,
        error: { code: "HTTP_500", message: "The server answered 500" },
      });
    }));

  it("is content as soon as one attempt succeeds", () =>
    virtualTime(async () => {
      const { record, times } = await fetchFrom((_, hit) => (hit < 3 ? { status: 502 } : { body: ["there"] }));
      expect(times).toEqual([0, 500, 1500]);
      expect(record).toMatchObject({ outcome: "ok", status: 200, attempts: 3, html: "there" });
      expect(record).not.toHaveProperty("error");
    }));

  it.each([408, 425, 429, 500, 502, 503, 504, 522, 524])("takes %i for something that may pass", (status) =>
    virtualTime(async () => {
      expect((await fetchFrom(() => ({ status }), { retries: 1 })).times).toHaveLength(2);
    }),
  );

  it.each([400, 401, 403, 404, 410, 451, 501, 505])("takes %i for an answer", (status) =>
    virtualTime(async () => {
      const { record } = await fetchFrom(() => ({ status, body: ["no"] }));
      expect(record).toMatchObject({ outcome: "http-error", status, attempts: 1, html: "no" });
    }),
  );

  it.each(["ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"])(
    "takes %s for something that may pass",
    (code) =>
      virtualTime(async () => {
        const error = systemError(code);
        expect((await fetchFrom(() => ({ error }), { retries: 2 })).record).toMatchObject({
          attempts: 3,
          error: { code },
        });
      }),
  );

  it.each(["ENOTFOUND", "CERT_HAS_EXPIRED", "HPE_INVALID_CONSTANT", "EWHATEVER"])(
    "does not ask again after %s",
    (code) =>
      virtualTime(async () => {
        const error = systemError(code);
        expect((await fetchFrom(() => ({ error }))).record).toMatchObject({
          attempts: 1,
          status: null,
          error: { code },
        });
      }),
  );

  describe("for a server that says for how long", () => {
    it("waits never less than that, and a random time more", () =>
      virtualTime(async () => {
        const { times } = await fetchFrom(
          (_, hit) => (hit === 1 ? { status: 429, headers: { "retry-after": "120" } } : {}),
          { backoff: { base: 100, random: () => 0.5 } },
        );
        expect(times).toEqual([0, 120_050]);
      }));

    it("understands a date, by the server's own clock", () =>
      virtualTime(async () => {
        const headers = { date: date(5_000_000), "retry-after": date(5_090_000) };
        const { times } = await fetchFrom((_, hit) => (hit === 1 ? { status: 503, headers } : {}), {
          backoff: { random: () => 0 },
        });
        expect(times).toEqual([0, 90_000]);
      }));

    it("ignores what cannot be understood", () =>
      virtualTime(async () => {
        const headers = { "retry-after": "when it suits" };
        const { times } = await fetchFrom((_, hit) => (hit === 1 ? { status: 429, headers } : {}));
        // The backoff would be over after 500 ms; the host is left alone for a second.
        expect(times).toEqual([0, 1000]);
      }));

    it("gives up at once when that is longer than it may wait, and says so", () =>
      virtualTime(async () => {
        const { record } = await fetchFrom(() => ({ status: 429, headers: { "retry-after": "3600" } }));
        expect(record).toMatchObject({
          outcome: "http-error",
          status: 429,
          attempts: 1,
          retryAfter: 3_600_000,
          error: {
            code: "HTTP_429",
            message: "The server answered 429 and asks to come back in 3600 s, later than maxRetryAfter, 300 s",
          },
        });
        expect(now()).toBe(0);
      }));

    it("waits for as long as it takes where it may", () =>
      virtualTime(async () => {
        const reply = (_: FakeRequest, hit: number): FakeReply =>
          hit === 1 ? { status: 429, headers: { "retry-after": "86400" } } : {};
        const { record } = await fetchFrom(reply, { maxRetryAfter: Infinity });
        expect(record).toMatchObject({ outcome: "ok", attempts: 2 });
        expect(now()).toBeGreaterThanOrEqual(86_400_000);
      }));
  });

  describe("with limits", () => {
    it("parks the host for all its pages", () =>
      virtualTime(async () => {
        const limits = new HostLimits();
        const parked: unknown[] = [];
        const first = await fetchFrom(() => ({ status: 429, headers: { "retry-after": "10" } }), {
          limits,
          retries: 0,
          probe: { parked: (event) => parked.push(event) },
        });
        expect(first.record).toMatchObject({ attempts: 1, retryAfter: 10_000 });
        expect(parked).toEqual([{ host: "a.test", ms: 10_000 }]);
        const second = await fetchFrom(() => ({}), { limits });
        expect(second.times).toEqual([10_000]);
        // The wait for the host is not the page's own time.
        expect(second.record).toMatchObject({ outcome: "ok", ms: 0 });
      }));

    it("records a page whose host is parked for too long without asking", () =>
      virtualTime(async () => {
        const limits = new HostLimits();
        await fetchFrom(() => ({ status: 503, headers: { "retry-after": "1000" } }), { limits, retries: 0 });
        const { record, times } = await fetchFrom(() => ({}), { limits });
        expect(times).toEqual([]);
        expect(record).toMatchObject({
          outcome: "host-parked",
          status: null,
          attempts: 0,
          ms: 0,
          retryAfter: 1_000_000,
          error: { code: "HOST_PARKED" },
        });
      }));

    it("parks no host for a 503 that names no time, as that may be about one page alone", () =>
      virtualTime(async () => {
        const limits = new HostLimits();
        await fetchFrom(() => ({ status: 503 }), { limits, retries: 0 });
        expect(limits.parkedFor("a.test")).toBe(0);
      }));
  });

  describe("with time limits", () => {
    it("takes each attempt's time by itself", () =>
      virtualTime(async () => {
        const { record, times } = await fetchFrom(() => ({ delay: Infinity }), { retries: 1, stallTimeout: 1000 });
        expect(times).toEqual([0, 1500]);
        expect(record).toMatchObject({ outcome: "stalled", status: null, attempts: 2, ms: 2500 });
      }));

    it("knows a body that stalls from one that merely drips", () =>
      virtualTime(async () => {
        const body = Array<string>(10).fill("x");
        const options = { retries: 0, timeout: 5000, stallTimeout: 1000 };
        const stalled = await fetchFrom(() => ({ body, pause: 1001 }), options);
        expect(stalled.record).toMatchObject({ outcome: "stalled", status: 200, bytes: 0, ms: 1000 });
        const dripping = await fetchFrom(() => ({ body, pause: 900 }), options);
        expect(dripping.record).toMatchObject({ outcome: "timeout", status: 200, bytes: 5, ms: 5000 });
        const patient = await fetchFrom(() => ({ body, pause: 400 }), options);
        expect(patient.record).toMatchObject({ outcome: "ok", bytes: 10, ms: 4000 });
      }));

    it("does not wait for the body of a redirect that does not come", () =>
      virtualTime(async () => {
        const { record } = await fetchFrom(({ url }) =>
          url === URL_A ? { status: 302, headers: { location: "/b" }, body: ["x"], pause: 20_000 } : { body: ["b"] },
        );
        expect(record).toMatchObject({ outcome: "ok", html: "b", ms: 1000, attempts: 1, redirects: 1 });
      }));
  });

  it("starts each attempt at the beginning of its redirects", () =>
    virtualTime(async () => {
      const { record, transport } = await fetchFrom(({ url }, hit) => {
        if (url === URL_A) return { status: 302, headers: { location: "/b" } };
        return hit === 1 ? { status: 500 } : { body: ["b"] };
      });
      expect(transport.urls.map((url) => new URL(url).pathname)).toEqual(["/", "/b", "/", "/b"]);
      expect(record).toMatchObject({ finalUrl: "http://a.test/b", redirects: 1, attempts: 2 });
    }));

  it("tells the probe what it does", () =>
    virtualTime(async () => {
      const events: string[] = [];
      await fetchFrom(
        ({ url }, hit) =>
          url === URL_A && hit === 2
            ? { status: 302, headers: { location: "/b" } }
            : { status: hit === 1 && url === URL_A ? 500 : 200 },
        {
          probe: {
            requestStarted: ({ page, url, attempt }) => events.push(`${page} asks ${url} (${attempt})`),
            requestEnded: ({ url, status, failure }) =>
              events.push(`${url} ended ${status} ${failure?.outcome ?? "-"}`),
            retrying: ({ page, attempt, delay, failure }) => events.push(`${page} ${attempt} ${delay} ${failure.code}`),
          },
        },
      );
      expect(events).toEqual([
        "http://a.test/ asks http://a.test/ (1)",
        "http://a.test/ ended 500 -",
        "http://a.test/ 1 500 HTTP_500",
        "http://a.test/ asks http://a.test/ (2)",
        "http://a.test/ ended 302 -",
        "http://a.test/ asks http://a.test/b (2)",
        "http://a.test/b ended 200 -",
      ]);
    }));

  it("throws what the probe throws, and does not take it for a failure of the page", () =>
    virtualTime(async () => {
      const probe = {
        requestStarted: () => {
          throw new RangeError("a bug");
        },
      };
      await expect(fetchFrom(() => ({}), { probe })).rejects.toThrow(RangeError);
    }));

  it("throws when cancelled, while it asks and while it waits to ask again", () =>
    virtualTime(async (clock) => {
      for (const reply of [{ delay: 5000 }, { status: 500 }, { body: ["a", "b"], pause: 3000 }]) {
        const limits = new HostLimits();
        const ended: string[] = [];
        const transport = new FakeTransport(() => reply);
        let record: unknown = "none";
        await cancelScope(
          async () => {
            record = await fetchRecord(URL_A, {
              transport,
              limits,
              backoff: { base: 10_000, random: () => 1 },
              probe: { requestEnded: ({ failure }) => ended.push(failure?.outcome ?? "ok") },
            });
          },
          { timeout: 4000 },
        );
        expect(record).toBe("none");
        expect(ended).toEqual([reply.status === undefined ? "cancelled" : "ok"]);
        expect(transport.active).toBe(0);
        expect(limits.explain("a.test")).toMatchObject({ active: 0, waiting: 0 });
      }
      expect(clock.pending).toBe(0);
    }));

  it("sends the credentials of a URL, to its own host only", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ url }) =>
        url.includes("a.test") ? { status: 302, headers: { location: "http://b.test/" } } : {},
      );
      await fetchRecord("http://us%C3%A9r:p%40ss@a.test/", { transport });
      expect(transport.log.map(({ headers }) => headers["authorization"])).toEqual([
        `Basic ${Buffer.from("usér:p@ss").toString("base64")}`,
        undefined,
      ]);
    }));

  it("sends its usual headers, and the caller's over them", () =>
    virtualTime(async () => {
      const { transport } = await fetchFrom(() => ({}), {
        headers: { Accept: "text/plain", "X-Y": "z" },
        userAgent: "me/1",
      });
      expect(transport.log[0]?.headers).toEqual({
        accept: "text/plain",
        "accept-encoding": "gzip, deflate, br, zstd",
        "user-agent": "me/1",
        "x-y": "z",
      });
    }));
});
