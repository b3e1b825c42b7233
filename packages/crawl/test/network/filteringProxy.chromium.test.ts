import { describe, expect, it } from "vitest";
import { AddressGuard } from "../../src/network/addressGuard.js";
import { startFilteringProxy } from "../../src/network/filteringProxy.js";
import type { ProxyFailure } from "../../src/network/localProxy.js";
import { startFaultServer } from "../faults/faultServer.js";
import { visit } from "./chromium.js";
import { skipsWithout } from "./proxies.js";

const skips = skipsWithout("chromium");
const title = "lets Chromium reach the page, and nothing that the page would like to reach inside";

describe("a filtering proxy before Chromium", () => {
  it.skipIf(skips)(skips ? `${title} (skipped: needs chromium)` : title, { timeout: 60_000 }, async () => {
    const inner = await startFaultServer({ address: "0.0.0.0" });
    const outer = await startFaultServer({
      address: "127.0.0.2",
      faults: {
        lure: {
          outcome: "ok",
          status: 200,
          serve: (_request, { send }) => {
            const { port } = inner;
            const hosts = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "127.1", "inner.test"];
            const pages = [...hosts.map((host) => `http://${host}:${port}/page`), "http://169.254.169.254/latest/"];
            const scripts = pages.map((each) => `fetch("${each}", { mode: "no-cors" }).catch(() => {});`);
            send({
              body: [
                "<!doctype html><title>lure</title>",
                ...pages.flatMap((each) => [`<img src="${each}?img">`, `<iframe src="${each}?frame"></iframe>`]),
                `<img src="/redirect-to?to=${encodeURIComponent(`http://127.0.0.1:${port}/page?redirected`)}">`,
                `<link rel="stylesheet" href="http://127.0.0.1:${port}/page?style">`,
                `<script>${scripts.join("")}new WebSocket("ws://127.0.0.1:${port}/page?socket");`,
                `navigator.sendBeacon("http://127.0.0.1:${port}/page?beacon");</script>`,
              ].join(""),
            });
          },
        },
      },
    });
    const failures: ProxyFailure[] = [];
    const guard = new AddressGuard({
      allow: ["127.0.0.2"],
      resolve: async (host) => [host === "site.test" ? "127.0.0.2" : "127.0.0.1"],
    });
    const proxy = await startFilteringProxy({ guard, onFailure: (failure) => failures.push(failure) });
    const flags = [`--proxy-server=${proxy.url.origin}`, "--proxy-bypass-list=<-loopback>"];
    await visit(outer.urlOf("lure", {}, { host: "site.test" }).href, flags);
    expect(outer.requests.map(({ path }) => path)).toContain("/lure");
    expect(outer.requests.some(({ path }) => path.startsWith("/redirect-to"))).toBe(true);
    expect(inner.connections).toBe(0);
    const refused = new Set(failures.map(({ target }) => target));
    for (const host of ["127.0.0.1", "localhost", "[::1]", "inner.test"]) {
      expect(refused).toContain(`${host}:${inner.port}`);
    }
    expect(refused).toContain("169.254.169.254:80");
    await proxy.close();
    await outer.close();
    await inner.close();
  });
});
