import fc from "fast-check";
import { cancelScope, now, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { FetchAllOptions, FetchRecord } from "../../src/index.js";
import { FakeTransport, systemError } from "../support/fakeTransport.js";
import { fetchRecords } from "../support/records.js";

const urlsOf = (host: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `http://${host}.test/${n}`);

async function collect(
  urls: Iterable<string> | AsyncIterable<string>,
  options: FetchAllOptions,
): Promise<FetchRecord[]> {
  const records: FetchRecord[] = [];
  for await (const record of fetchRecords(urls, options)) records.push(record);
  return records;
}

describe("fetchRecords()", () => {
  it("gives one record for each URL, whatever happens to it", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ url }) => {
        if (url.endsWith("/reset")) return { error: systemError("ECONNRESET") };
        if (url.endsWith("/404")) return { status: 404 };
        return { body: ["page"] };
      });
      const urls = ["http://a.test/", "nonsense", "http://a.test/reset", "http://a.test/404", "http://a.test/"];
      const records = await collect(urls, { transport, retries: 0, ordered: true });
      expect(records.map(({ url, outcome }) => [url, outcome])).toEqual([
        ["http://a.test/", "ok"],
        ["nonsense", "bad-url"],
        ["http://a.test/reset", "reset"],
        ["http://a.test/404", "http-error"],
        ["http://a.test/", "ok"],
      ]);
    }));

  it("gives nothing for nothing", () =>
    virtualTime(async () => {
      expect(await collect([], { transport: new FakeTransport(() => ({})) })).toEqual([]);
    }));

  it("gives records as pages are done, or in the order of the URLs", () =>
    virtualTime(async () => {
      const reply = ({ url }: { url: string }): { delay: number } => ({ delay: url.endsWith("/0") ? 500 : 100 });
      const names = async (ordered: boolean): Promise<string[]> => {
        const transport = new FakeTransport(reply);
        return (await collect(urlsOf("a", 3), { transport, ordered })).map(({ url }) => url.slice(-1));
      };
      expect(await names(false)).toEqual(["1", "2", "0"]);
      expect(await names(true)).toEqual(["0", "1", "2"]);
    }));

  it("keeps to the concurrency and to each host's limit", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ delay: 100 }));
      const urls = Array.from({ length: 100 }, (_, n) => `http://${n % 3}.test/${n}`);
      await collect(urls, { transport, concurrency: 8, perHost: 3 });
      expect(transport.mostActive).toBe(8);
      expect(Math.max(...transport.mostActiveAt.values())).toBe(3);
      expect(transport.active).toBe(0);
    }));

  it("lets a slow host be no hindrance to the others", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ host }) => ({ delay: host === "slow.test" ? 10_000 : 10 }));
      const urls = [...urlsOf("slow", 50), ...urlsOf("quick", 200)];
      const options = { transport, concurrency: 8, perHost: 4 };
      let quick = 0;
      for await (const { url } of fetchRecords(urls, options)) {
        if (url.includes("quick") && ++quick === 200) break;
      }
      expect(now()).toBeLessThan(1000);
    }));

  it("lets a parked host be no hindrance to the others, and asks it no more than it must", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ host, at }) =>
        host === "strict.test" && at < 60_000
          ? { status: 429, headers: { "retry-after": "60" }, delay: 10 }
          : { delay: 10 },
      );
      const urls = [...urlsOf("strict", 20), ...urlsOf("other", 100)];
      const ends = new Map<string, number>();
      for await (const record of fetchRecords(urls, { transport, perHost: 5, backoff: { random: () => 0 } })) {
        expect(record.outcome).toBe("ok");
        ends.set(new URL(record.url).host, now());
      }
      expect(ends.get("other.test")).toBeLessThan(1000);
      const early = transport.log.filter(({ host, at }) => host === "strict.test" && at < 60_000);
      expect(early).toHaveLength(5);
    }));

  it("does not wait for a host that wants to be left alone for too long, but records its pages", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ status: 429, headers: { "retry-after": "3600" } }));
      const records = await collect(urlsOf("a", 10), { transport, perHost: 1 });
      const outcomes = records.map(({ outcome }) => outcome).toSorted();
      expect(outcomes).toEqual([...Array<string>(9).fill("host-parked"), "http-error"]);
      expect(records.every(({ retryAfter }) => retryAfter === 3_600_000)).toBe(true);
      expect(transport.log).toHaveLength(1);
      expect(now()).toBe(0);
    }));

  it("lets a page that waits for its next attempt hold no slot", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ url }, hit) =>
        url.endsWith("/0") && hit === 1 ? { status: 500 } : { delay: 10 },
      );
      const urls = [...urlsOf("a", 1), ...urlsOf("b", 10).slice(1)];
      const records = await collect(urls, {
        transport,
        concurrency: 1,
        backoff: { base: 60_000, cap: 60_000, random: () => 1 },
      });
      expect(records.map(({ url }) => url).at(-1)).toBe("http://a.test/0");
      expect(now()).toBe(60_010);
    }));

  it("takes URLs from an endless source no further ahead than its window", () =>
    virtualTime(async () => {
      let taken = 0;
      const endless = function* (): Generator<string> {
        for (;;) yield `http://${++taken}.test/`;
      };
      const transport = new FakeTransport(() => ({ delay: 10 }));
      let records = 0;
      for await (const _ of fetchRecords(endless(), { transport, concurrency: 4, limit: 20 })) {
        records++;
        expect(taken).toBeLessThanOrEqual(records + 20);
        if (records === 200) break;
      }
      expect(transport.active).toBe(0);
    }));

  it("begins no more pages than use its slots, and more when they wait for something else", () =>
    virtualTime(async () => {
      const most = async (hostOf: (n: number) => string): Promise<number> => {
        let taken = 0;
        const endless = function* (): Generator<string> {
          for (;;) yield `http://${hostOf(++taken)}.test/${taken}`;
        };
        const transport = new FakeTransport(() => ({ delay: 30 }));
        let ahead = 0;
        let records = 0;
        for await (const _ of fetchRecords(endless(), { transport, concurrency: 32 })) {
          records++;
          if (records > 200) ahead = Math.max(ahead, taken - records);
          if (records === 1000) break;
        }
        return ahead;
      };
      expect(await most((n) => `h${n}`)).toBeLessThanOrEqual(3 * 32);
      // One host in nine is all there is at first, and takes six at a time.
      expect(await most((n) => (n % 400 < 350 ? "one" : `h${n}`))).toBeGreaterThan(5 * 32);
    }));

  it("takes URLs from a source that is slow as they come", () =>
    virtualTime(async () => {
      const slow = async function* (): AsyncGenerator<string> {
        for (const url of urlsOf("a", 3)) {
          await sleep(1000);
          yield url;
        }
      };
      const transport = new FakeTransport(() => ({ delay: 10 }));
      const times: number[] = [];
      for await (const _ of fetchRecords(slow(), { transport })) times.push(now());
      expect(times).toEqual([1010, 2010, 3010]);
    }));

  it("makes hardly more requests than a slow consumer takes records", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ delay: 1 }));
      let taken = 0;
      for await (const _ of fetchRecords(urlsOf("a", 1000), { transport, concurrency: 5, perHost: 5 })) {
        taken++;
        await sleep(100);
        expect(transport.log.length).toBeLessThanOrEqual(taken + 2 * 5);
        if (taken === 100) break;
      }
    }));

  it("makes no more requests than the window for a slow consumer who wants order, and never gets stuck", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ url }) => ({ delay: url.endsWith("0") ? 1000 : 1 }));
      let taken = 0;
      for await (const { url } of fetchRecords(urlsOf("a", 200), {
        transport,
        concurrency: 3,
        ordered: true,
        limit: 12,
      })) {
        expect(url).toBe(`http://a.test/${taken}`);
        taken++;
        expect(transport.log.length).toBeLessThanOrEqual(taken + 12);
      }
      expect(taken).toBe(200);
    }));

  it("cancels what is under way when the loop is left, and leaves a transport alone that is not its own", () =>
    virtualTime(async (clock) => {
      const transport = new FakeTransport(({ url }) => ({ delay: url.endsWith("/0") ? 1 : 10_000 }));
      for await (const _ of fetchRecords(urlsOf("a", 100), { transport })) break;
      expect(now()).toBe(1);
      expect(transport.active).toBe(0);
      expect(transport.closed).toBe(false);
      expect(clock.pending).toBe(0);
    }));

  it("cancels what is under way when cancelled", () =>
    virtualTime(async (clock) => {
      const transport = new FakeTransport(() => ({ delay: 10_000 }));
      await cancelScope(() => collect(urlsOf("a", 100), { transport }), { timeout: 50 });
      expect(now()).toBe(50);
      expect(transport.active).toBe(0);
      expect(clock.pending).toBe(0);
    }));

  it("can be left while its source waits for somebody who says nothing", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ body: ["page"] }));
      const log: string[] = [];
      let wake: (() => void) | undefined;
      async function* silent(): AsyncGenerator<string> {
        try {
          yield "http://a.test/";
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } finally {
          log.push("closed");
        }
      }
      const start = now();
      for await (const record of fetchRecords(silent(), { transport })) {
        log.push(record.outcome);
        break;
      }
      expect(now() - start).toBeLessThanOrEqual(1000);
      expect(log).toEqual(["ok"]);
      wake?.();
      await sleep(1);
      expect(log).toEqual(["ok", "closed"]);
    }));

  it("waits for the end of a source that waits by the runtime's means", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ body: ["page"] }));
      const log: string[] = [];
      async function* slow(): AsyncGenerator<string> {
        try {
          yield "http://a.test/";
          await sleep(60_000);
        } finally {
          log.push("closed");
        }
      }
      const start = now();
      for await (const _ of fetchRecords(slow(), { transport })) break;
      expect(now() - start).toBe(0);
      expect(log).toEqual(["closed"]);
    }));

  it("throws what its source throws", () =>
    virtualTime(async () => {
      const broken = function* (): Generator<string> {
        yield "http://a.test/";
        throw new RangeError("no more");
      };
      const transport = new FakeTransport(() => ({ delay: 100 }));
      await expect(collect(broken(), { transport })).rejects.toThrow(RangeError);
      expect(transport.active).toBe(0);
    }));

  it("gives exactly one record for each URL, within all its limits, for any network and any consumer", async () => {
    const behaviour = fc.record({
      host: fc.constantFrom("a", "b", "c", "d"),
      delay: fc.integer({ min: 0, max: 200 }),
      failures: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom("500", "429", "reset", "stall", "redirect"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { maxLength: 40 }),
        fc.record({
          concurrency: fc.integer({ min: 1, max: 6 }),
          perHost: fc.integer({ min: 1, max: 3 }),
          ordered: fc.boolean(),
        }),
        fc.integer({ min: 0, max: 50 }),
        (behaviours, { concurrency, perHost, ordered }, pause) =>
          virtualTime(async (clock) => {
            const transport = new FakeTransport(({ url }, hit) => {
              const { delay = 0, failures = 0, kind } = behaviours[Number(new URL(url).pathname.slice(1))] ?? {};
              if (hit > failures) return { delay, body: [url] };
              if (kind === "500") return { delay, status: 500 };
              if (kind === "429") return { delay, status: 429, headers: { "retry-after": "1" } };
              if (kind === "reset") return { delay, error: systemError("ECONNRESET") };
              if (kind === "stall") return { delay: Infinity };
              return { delay, status: 302, headers: { location: "http://elsewhere.test/99" } };
            });
            const urls = behaviours.map(({ host }, n) => `http://${host}.test/${n}`);
            const seen: string[] = [];
            for await (const record of fetchRecords(urls, { transport, concurrency, perHost, ordered, limit: 6 })) {
              seen.push(record.url);
              expect(record.outcome).toBe("ok");
              await sleep(pause);
            }
            expect(ordered ? seen : seen.toSorted()).toEqual(ordered ? urls : urls.toSorted());
            expect(transport.mostActive).toBeLessThanOrEqual(concurrency);
            expect(Math.max(0, ...transport.mostActiveAt.values())).toBeLessThanOrEqual(perHost);
            expect(transport.active).toBe(0);
            expect(clock.pending).toBe(0);
          }),
      ),
      { numRuns: 100 },
    );
  });
});
