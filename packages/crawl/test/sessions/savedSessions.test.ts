import { Server as ProxyServer } from "proxy-chain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SavedSessions } from "../../src/index.js";
import { createFetcher } from "../../src/index.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";

let site: Site;
let proxies: ProxyServer[] = [];
beforeEach(async () => {
  site = await startSite({
    "/login": (_request, response) => void response.writeHead(200, { "set-cookie": "sid=sesame; Path=/" }).end("hello"),
    "/who": (request, response) =>
      void response.writeHead(200, { "content-type": "text/plain" }).end(request.headers.cookie ?? "nobody"),
  });
  proxies = [0, 1, 2].map(() => new ProxyServer({ port: 0, host: "127.0.0.1" }));
  for (const proxy of proxies) await proxy.listen();
});
afterEach(async () => {
  await site.close();
  for (const proxy of proxies) await proxy.close(true);
});

const urlsOf = (some: readonly ProxyServer[]): string[] => some.map(({ port }) => `http://me:secret@127.0.0.1:${port}`);
/** As it comes out of a file. */
const kept = (saved: SavedSessions): SavedSessions => JSON.parse(JSON.stringify(saved)) as SavedSessions;

describe("saveSessions()", () => {
  it("lets another fetcher go on as who the sessions were, with cookies and proxy", async () => {
    const options = { robots: false, proxies: urlsOf(proxies) };
    await using first = createFetcher(options);
    const used = new Map<string, string | null | undefined>();
    for (const session of ["a", "b", "c"]) {
      const page = await first.get(`${site.url}/login`, { session });
      used.set(session, page.attempts[0]?.proxy);
    }
    const saved = kept(first.saveSessions());
    expect(JSON.stringify(saved)).not.toContain("secret");
    await using second = createFetcher({ ...options, sessions: saved });
    expect(second.stats().sessions).toMatchObject({ size: 3, created: 0 });
    for (const [session, proxy] of used) {
      const page = await second.get(`${site.url}/who`, { session });
      expect(page.html).toBe("sid=sesame");
      expect(page.attempts[0]?.proxy).toBe(proxy);
    }
    expect((await second.get(`${site.url}/who`, { session: "d" })).html).toBe("nobody");
  });

  it("begins a session anew whose proxy is gone, or that had none and would have one now", async () => {
    await using first = createFetcher({ robots: false, proxies: urlsOf(proxies.slice(0, 1)) });
    await first.get(`${site.url}/login`, { session: "a" });
    const elsewhere = { robots: false, proxies: urlsOf(proxies.slice(1)), sessions: kept(first.saveSessions()) };
    await using second = createFetcher(elsewhere);
    expect((await second.get(`${site.url}/who`, { session: "a" })).html).toBe("nobody");
    await using plain = createFetcher({ robots: false });
    await plain.get(`${site.url}/login`, { session: "a" });
    await using third = createFetcher({ ...elsewhere, sessions: kept(plain.saveSessions()) });
    expect((await third.get(`${site.url}/who`, { session: "a" })).html).toBe("nobody");
  });

  it.each([5, {}, { version: 2, sessions: [] }, { version: 1, sessions: [{}] }, { version: 1, sessions: [null] }])(
    "takes nothing else, such as %j",
    (sessions) => {
      expect(() => createFetcher({ sessions: sessions as SavedSessions })).toThrow(
        /^Cannot (make a fetcher|restore sessions) as sessions must /,
      );
    },
  );
});
