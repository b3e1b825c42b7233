import fc from "fast-check";
import { now, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import type { Session, SessionOutcome } from "../../src/sessions/session.js";
import type { SessionPoolOptions } from "../../src/sessions/sessionPool.js";
import { SessionPool } from "../../src/sessions/sessionPool.js";

const MINUTE = 60_000;
const PAGE = new URL("https://a.example/");

/** A pool in which every session has another proxy and another identity. */
function poolOf(options: SessionPoolOptions = {}): SessionPool {
  let made = 0;
  let named = 0;
  return new SessionPool({
    proxy: () => proxyRoute(`http://user:secret@proxy-${++made}.test:3128`),
    identity: () => `chrome_${++named}`,
    ...options,
  });
}

const nameOf = ({ proxy, identity }: Session): string => `${proxy?.label} ${identity}`;

describe("SessionPool", () => {
  it("gives whoever comes with a key the same session, and nobody else", () => {
    const pool = poolOf();
    const one = pool.take({ key: "a" });
    one.cookies.store(PAGE, ["a=1"]);
    expect(pool.take({ key: "a" })).toBe(one);
    expect(pool.take({ key: "b" })).not.toBe(one);
    expect(pool.take()).not.toBe(one);
    expect(nameOf(one)).toBe("http://proxy-1.test:3128 chrome_1");
    expect(one.cookies.headerFor(PAGE)).toBe("a=1");
    expect(one.uses).toBe(2);
    expect(pool.stats()).toMatchObject({ size: 3, created: 3 });
  });

  it("makes sessions while there is room for them, then gives each in turn", () => {
    const pool = poolOf({ maxSize: 3 });
    const names = Array.from({ length: 7 }, () => nameOf(pool.take()).slice(-1));
    expect(names).toEqual(["1", "2", "3", "1", "2", "3", "1"]);
  });

  it("tells who chooses for whom it is", () => {
    const asked: unknown[] = [];
    const pool = new SessionPool({
      proxy: (request) => {
        asked.push(request);
        return undefined;
      },
    });
    const session = pool.take({ key: "k", host: "a.example" });
    expect(asked).toEqual([{ id: session.id, key: "k", host: "a.example" }]);
    expect(session.proxy).toBeUndefined();
    expect(session.identity).toBeUndefined();
  });

  it.each([
    [["blocked"], "blocked"],
    [["proxyFailed"], "proxyFailed"],
    [["error", "error", "error"], "errors"],
    [["error", "ok", "error", "ok", "ok", "error", "error"], undefined],
    [["error", "error", "ok", "error", "error"], "errors"],
    [["ok", "ok"], undefined],
  ] as const)("retires a session after %j: %s", (outcomes, reason) => {
    const pool = poolOf();
    const session = pool.take({ key: "a" });
    for (const outcome of outcomes) session.report(outcome);
    expect(session.retiredFor).toBe(reason);
    const next = pool.take({ key: "a" });
    expect(next === session).toBe(reason === undefined);
    if (reason === undefined) return;
    expect(nameOf(next)).toBe("http://proxy-2.test:3128 chrome_2");
    expect(next.cookies.size).toBe(0);
    expect(pool.stats()).toMatchObject({ size: 1, retired: { [reason]: 1 } });
  });

  it("retires a session after so many uses, and after so long", () =>
    virtualTime(async () => {
      const pool = poolOf({ maxUses: 2, maxAge: 10 * MINUTE });
      const first = pool.take({ key: "a" });
      expect(pool.take({ key: "a" })).toBe(first);
      const second = pool.take({ key: "a" });
      expect(second).not.toBe(first);
      expect(first.retiredFor).toBe("uses");
      await sleep(9 * MINUTE);
      expect(second.state).toBe("ready");
      await sleep(MINUTE);
      expect(second.state).toBe("retired");
      expect(now()).toBe(10 * MINUTE);
      expect(pool.take({ key: "a" })).not.toBe(second);
      expect(pool.stats().retired).toMatchObject({ uses: 1, age: 1 });
    }));

  it("lets the one go that was longest not taken when there are too many, and does not disturb who has it", () => {
    const pool = poolOf({ maxSize: 2 });
    const [a, b] = [pool.take({ key: "a" }), pool.take({ key: "b" })];
    pool.take({ key: "a" });
    pool.take({ key: "c" });
    expect(b.retiredFor).toBe("evicted");
    expect(pool.take({ key: "a" })).toBe(a);
    b.cookies.store(PAGE, ["late=1"]);
    b.report("ok");
    expect(() => b.use()).toThrow(/^Cannot use the session .* as it is retired \(evicted\): take another one$/);
    expect(pool.stats()).toMatchObject({ size: 2, created: 3, retired: { evicted: 1 } });
  });

  it("retires all when it is closed", () => {
    const pool = poolOf();
    const session = pool.take();
    pool.close();
    expect(session.retiredFor).toBe("closed");
    expect(pool.stats()).toMatchObject({ size: 0, retired: { closed: 1 } });
    expect(() => pool.take()).toThrow("Cannot take a session as the pool is closed");
  });

  it("never mixes, never gives what is retired, and keeps to its size, whatever happens", () => {
    const step = fc.record({
      key: fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: undefined }),
      outcome: fc.constantFrom<SessionOutcome>("ok", "ok", "error", "blocked", "proxyFailed"),
      pause: fc.integer({ min: 0, max: 100 }),
    });
    return fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, maxSize) =>
        virtualTime(async () => {
          const pool = poolOf({ maxSize, maxUses: 6, maxAge: 800 });
          const parts = new Map<string, string>();
          const retired = new Set<string>();
          for (const { key, outcome, pause } of steps) {
            const session = pool.take({ key });
            expect(session.key).toBe(key);
            expect(retired.has(session.id)).toBe(false);
            const whole = `${nameOf(session)} ${session.key}`;
            expect(parts.get(session.id) ?? whole).toBe(whole);
            parts.set(session.id, whole);
            // Its own cookie, and nobody else's.
            const cookie = session.cookies.headerFor(PAGE);
            expect(cookie).toBe(session.uses === 1 ? undefined : `id=${session.id}`);
            session.cookies.store(PAGE, [`id=${session.id}`]);
            session.report(outcome);
            await sleep(pause);
            for (const each of [session, ...pool.sessions()]) if (each.state === "retired") retired.add(each.id);
            const { size, created, retired: reasons } = pool.stats();
            expect(size).toBeLessThanOrEqual(maxSize);
            expect(size + Object.values(reasons).reduce((sum, count) => sum + count)).toBe(created);
          }
          expect(new Set(parts.values()).size).toBe(parts.size);
        }),
      ),
    );
  });

  it.each([
    [{ maxSize: 0 }, "Cannot make a pool of sessions as maxSize must be a whole number, 1 or more: received 0"],
    [{ maxAge: 0 }, "maxAge must be a number of milliseconds, 1 or more: received 0"],
    [{ maxUses: 1.5 }, "maxUses must be a whole number, 1 or more, or Infinity: received 1.5"],
    [{ proxy: "http://x" }, "proxy must be a function"],
    [{ cookies: { maxCookies: 0 } }, "Cannot keep cookies as maxCookies"],
    [{ size: 1 }, 'received "size"'],
  ])("refuses %j", (options, message) => {
    expect(() => new SessionPool(options as never)).toThrow(message);
  });

  it("refuses a key that is none, and an outcome that is none", () => {
    const pool = poolOf();
    expect(() => pool.take({ key: "" })).toThrow('Cannot take a session as key must be a name: received ""');
    expect(() => pool.take({ session: "a" } as never)).toThrow('received "session"');
    expect(() => pool.take().report("fine" as never)).toThrow(
      'Cannot report on a session as the outcome is ok, error, blocked, proxyFailed: received "fine"',
    );
  });
});
