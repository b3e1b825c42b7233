import fc from "fast-check";
import { sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { ProxyRoute } from "../../src/ground/proxyRoute.js";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import type { ProxyOutcome, ProxyPoolOptions, ProxyRotation } from "../../src/network/proxyPool.js";
import { ProxyPool } from "../../src/network/proxyPool.js";

const THREE = ["http://u:p@a.test:1", "https://b.test:2", "socks5://c.test:3"];

function pool(options: Partial<ProxyPoolOptions> = {}): ProxyPool {
  return new ProxyPool({ proxies: THREE, random: () => 0, cooldown: 1000, maxCooldown: 8000, ...options });
}

function names(of: ProxyPool, times: number, pick: { host: string; session?: string; tier?: number }): string[] {
  return Array.from({ length: times }, () => of.pick(pick)?.url.hostname.replace(".test", "") ?? "none");
}

describe("ProxyPool", () => {
  it("gives each proxy its turn, whatever the host", () => {
    expect(names(pool(), 6, { host: "x" })).toEqual(["a", "b", "c", "a", "b", "c"]);
    expect(names(pool({ random: () => 0.5 }), 3, { host: "x" })).toEqual(["b", "c", "a"]);
  });

  it("stays with the proxy of a host, or of a session, and gives the next one another", () => {
    const byHost = pool({ rotation: "host" });
    expect(names(byHost, 3, { host: "x" })).toEqual(["a", "a", "a"]);
    expect(names(byHost, 3, { host: "y" })).toEqual(["b", "b", "b"]);
    const bySession = pool({ rotation: "session" });
    expect(names(bySession, 2, { host: "x", session: "s" })).toEqual(["a", "a"]);
    expect(names(bySession, 2, { host: "y", session: "s" })).toEqual(["a", "a"]);
    expect(names(bySession, 2, { host: "x", session: "t" })).toEqual(["b", "b"]);
    expect(names(bySession, 3, { host: "x" })).toEqual(["c", "a", "b"]);
  });

  it("picks of the tier that is wanted, and none where it has none", () => {
    const tiered = pool({
      proxies: ["http://a.test", { url: "http://b.test", tier: 1 }, { url: "http://c.test", tier: 1 }],
    });
    expect(tiered.tiers).toEqual([0, 1]);
    expect(names(tiered, 2, { host: "x" })).toEqual(["a", "a"]);
    expect(names(tiered, 3, { host: "x", tier: 1 })).toEqual(["b", "c", "b"]);
    expect(tiered.pick({ host: "x", tier: 2 })).toBeUndefined();
  });

  const route = (of: string): ProxyRoute => proxyRoute(THREE.find((each) => each.includes(`${of}.test`)) as string);

  it("lets a proxy that a host blocks rest for that host, twice as long each time, and for no other", () =>
    virtualTime(async () => {
      const mine = pool();
      mine.report(route("a"), "x", "blocked");
      expect(names(mine, 4, { host: "x" })).toEqual(["b", "c", "b", "c"]);
      expect(names(mine, 3, { host: "y" })).toContain("a");
      await sleep(1000);
      expect(names(mine, 3, { host: "x" })).toContain("a");
      mine.report(route("a"), "x", "blocked");
      await sleep(1999);
      expect(names(mine, 3, { host: "x" })).not.toContain("a");
      await sleep(1);
      expect(names(mine, 3, { host: "x" })).toContain("a");
    }));

  it("takes failures for one host for the host's, and for two for the proxy's", () =>
    virtualTime(async () => {
      const mine = pool();
      for (let n = 0; n < 5; n++) mine.report(route("a"), "dead", "proxyFailed");
      expect(names(mine, 3, { host: "x" })).toContain("a");
      mine.report(route("a"), "x", "proxyFailed");
      expect(names(mine, 3, { host: "y" })).not.toContain("a");
      expect(mine.stats()[0]).toMatchObject({ state: "resting", restsFor: 1000, failed: 6, restingFor: ["dead", "x"] });
      await sleep(1000);
      // Comes back, and with a success all is as it was.
      expect(names(mine, 3, { host: "y" })).toContain("a");
      mine.report(route("a"), "y", "ok");
      mine.report(route("a"), "x", "proxyFailed");
      expect(names(mine, 3, { host: "y" })).toContain("a");
    }));

  it("takes what many requests under way report of one failure for one failure", () =>
    virtualTime(async () => {
      const mine = pool();
      for (let n = 0; n < 50; n++) mine.report(route("a"), "x", "blocked");
      await sleep(1000);
      expect(names(mine, 3, { host: "x" })).toContain("a");
    }));

  it("goes on with the floor when all of them rest, those first whose rest ends first", () =>
    virtualTime(async () => {
      const mine = pool({ floor: 1 });
      mine.report(route("b"), "x", "blocked");
      await sleep(10);
      mine.report(route("a"), "x", "blocked");
      mine.report(route("c"), "x", "blocked");
      expect(names(mine, 3, { host: "x" })).toEqual(["b", "b", "b"]);
      const strict = pool({ floor: 0 });
      for (const each of ["a", "b", "c"]) strict.report(route(each), "x", "blocked");
      expect(strict.pick({ host: "x" })).toBeUndefined();
      expect(strict.pick({ host: "y" })).toBeDefined();
      await sleep(1000);
      expect(strict.pick({ host: "x" })).toBeDefined();
    }));

  it("changes the proxy of a session when that rests, and then stays with the new one", () =>
    virtualTime(async () => {
      const mine = pool({ rotation: "session" });
      expect(names(mine, 1, { host: "x", session: "s" })).toEqual(["a"]);
      mine.report(route("a"), "x", "blocked");
      expect(names(mine, 2, { host: "x", session: "s" })).toEqual(["b", "b"]);
      await sleep(5000);
      expect(names(mine, 2, { host: "x", session: "s" })).toEqual(["b", "b"]);
    }));

  it("shows no credentials", () => {
    const mine = pool();
    mine.pick({ host: "x" });
    expect(JSON.stringify(mine.stats())).not.toContain("u:p");
    expect(mine.stats()[0]).toMatchObject({ proxy: "http://a.test:1", picked: 1, ok: 0, tier: 0, state: "ready" });
  });

  it.each([
    [{ proxies: [] }, "at least one"],
    [{ proxies: ["ftp://a.test"] }, "its scheme must be"],
    [{ proxies: ["http://a.test", "a.test"] }, "each proxy may be there once"],
    [{ proxies: [{ url: "a.test", tire: 1 }] }, "the options are url, tier"],
    [{ proxies: [{ url: "a.test", tier: -1 }] }, "tier must be"],
    [{ rotation: "always" }, "rotation is request, host or session"],
    [{ cooldown: 0 }, "cooldown must be"],
    [{ maxCooldown: 10 }, "maxCooldown must be"],
    [{ floor: -1 }, "floor must be"],
  ])("refuses the options %j", (options, why) => {
    expect(() => pool(options as object)).toThrow(why);
  });

  it("refuses picks and reports that make no sense", () => {
    expect(() => pool().pick({ host: "" })).toThrow("Cannot pick a proxy as host must be a string");
    expect(() => pool().report(route("a"), "x", "bad" as ProxyOutcome)).toThrow("the outcome is ok, blocked or");
    pool().report(proxyRoute("http://stranger.test"), "x", "ok");
  });

  it("keeps its promises, whatever is picked and reported when", async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant("pick" as const),
        host: fc.constantFrom("x", "y", "z"),
        session: fc.constantFrom("s", "t"),
      }),
      fc.record({
        do: fc.constant("report" as const),
        proxy: fc.constantFrom("a", "b", "c"),
        host: fc.constantFrom("x", "y", "z"),
        outcome: fc.constantFrom<ProxyOutcome>("ok", "blocked", "proxyFailed"),
      }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 5000 }) }),
    );
    const rotations = fc.constantFrom<ProxyRotation>("request", "host", "session");
    await fc.assert(
      fc.asyncProperty(
        rotations,
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { maxLength: 60 }),
        (rotation, floor, steps) =>
          virtualTime(async () => {
            const mine = pool({ rotation, floor });
            const resting = (host: string): string[] =>
              mine
                .stats()
                .flatMap(({ proxy, restsFor, restingFor }) =>
                  restsFor > 0 || restingFor.includes(host) ? [proxy] : [],
                );
            const last = new Map<string, string>();
            for (const each of steps) {
              if (each.do === "wait") await sleep(each.ms);
              else if (each.do === "report") {
                const before = resting("w");
                mine.report(route(each.proxy), each.host, each.outcome);
                const { label } = route(each.proxy);
                // A success ends every rest there is; a block concerns nobody else's host.
                if (each.outcome === "ok") expect(resting(each.host)).not.toContain(label);
                else expect(resting(each.host)).toContain(label);
                if (each.outcome === "blocked") expect(before).toEqual(expect.arrayContaining(resting("w")));
              } else {
                const now = resting(each.host);
                const picked = mine.pick({ host: each.host, session: each.session });
                // The floor holds always; and nobody who rests is picked while enough others are ready.
                expect(picked).toBeDefined();
                const label = (picked as ProxyRoute).label;
                if (THREE.length - now.length >= floor) expect(now).not.toContain(label);
                const key = rotation === "host" ? each.host : rotation === "session" ? each.session : "";
                const before = last.get(key);
                if (key !== "" && before !== undefined && !now.includes(before)) expect(label).toBe(before);
                last.set(key, label);
              }
            }
            // Whatever has happened, all come back.
            await sleep(8000);
            expect(resting("x").concat(resting("y"), resting("z"))).toEqual([]);
          }),
      ),
    );
  });
});
