import { mapConcurrent } from "heddle";
import { describe, expect, it } from "vitest";
import type { ProxyRoute } from "../../src/ground/proxyRoute.js";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import { UndiciTransport } from "../../src/network/undiciTransport.js";
import { startFaultServer } from "../faults/faultServer.js";
import { skipsWithout, startMicrosocks, startProxyChain } from "./proxies.js";
import { text, within } from "./transportCases.js";

/** Every address of 127.0.0.0/8 is a host of its own. */
const ORIGINS = 300;

const ways: readonly [string, boolean, (() => Promise<{ url: string; close(): Promise<void> }>) | undefined][] = [
  ["directly", false, undefined],
  ["through an http proxy", false, startProxyChain],
  ["through a socks5 proxy", skipsWithout("microsocks"), startMicrosocks],
];

describe("UndiciTransport and very many hosts", () => {
  it.each(ways)("keeps nothing of those that it is through with, %s", async (_name, skips, start): Promise<void> => {
    if (skips) return console.log("skipped: needs microsocks");
    const server = await startFaultServer({ address: "0.0.0.0" });
    const behind = await start?.();
    const proxy: ProxyRoute | undefined = behind === undefined ? undefined : proxyRoute(behind.url);
    const transport = new UndiciTransport({ keepAlive: 50 });
    const hosts = Array.from({ length: ORIGINS }, (_, n) => `127.1.${Math.floor(n / 250)}.${(n % 250) + 1}`);
    const ask = async (host: string): Promise<void> => {
      const url = server.urlOf("page", { bytes: 300 }, { host });
      const response = await transport.request(url, { method: "GET", headers: {}, proxy });
      await text(response);
      response.close();
    };
    await mapConcurrent(hosts, ask, { limit: 32 }).toArray();
    expect(server.requests).toHaveLength(ORIGINS);
    // A forwarding proxy keeps connections of its own.
    if (behind === undefined || behind.url.startsWith("socks5")) {
      await within(5000, "the unused connections to be closed", server.idle());
    }
    await transport.close();
    await behind?.close();
    await server.close();
  });

  it("keeps connections for some hundreds of hosts only, and keeps those", async () => {
    const server = await startFaultServer({ address: "0.0.0.0" });
    const transport = new UndiciTransport({ keepAlive: 60_000 });
    const ask = async (n: number): Promise<void> => {
      const host = `127.1.${Math.floor(n / 250)}.${(n % 250) + 1}`;
      const response = await transport.request(server.urlOf("page", { bytes: 300 }, { host }), {
        method: "GET",
        headers: {},
      });
      await text(response);
      response.close();
    };
    const numbers = Array.from({ length: 600 }, (_, n) => n);
    await mapConcurrent(numbers, ask, { limit: 16 }).toArray();
    await mapConcurrent(numbers.slice(0, 100), ask, { limit: 16 }).toArray();
    const closes = server.requests.filter(({ headers }) => headers["connection"] === "close");
    expect(closes.length).toBeGreaterThanOrEqual(600 - 256 - 16);
    expect(closes.length).toBeLessThanOrEqual(600 - 256 + 16);
    await transport.close();
    await server.close();
  });
});
