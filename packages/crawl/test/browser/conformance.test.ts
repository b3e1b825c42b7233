import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import type { RunningProxy } from "../network/proxies.js";
import { skipsWithout, startMicrosocks, startProxyChain } from "../network/proxies.js";
import type { Surroundings, TransportUnderTest } from "../network/transportCases.js";
import { transportCases } from "../network/transportCases.js";
import { describeChromium } from "./chromium.js";

const noMicrosocks = skipsWithout("microsocks");

describeChromium("BrowserTransport as a Transport", () => {
  let server: FaultServer;
  let around: Surroundings;
  const running: RunningProxy[] = [];

  beforeAll(async () => {
    server = await startFaultServer();
    const http = await startProxyChain();
    running.push(http);
    const socks5 = noMicrosocks ? undefined : await startMicrosocks();
    if (socks5 !== undefined) running.push(socks5);
    around = { server, proxies: { http, ...(socks5 === undefined ? {} : { socks5 }) } };
  });

  afterAll(async () => {
    for (const proxy of running) await proxy.close();
    await server.close();
  });

  const subject: TransportUnderTest = {
    make: (options) => new BrowserTransport(options),
    redirects: false,
    raw: false,
    streams: false,
    reuses: false,
    exact: false,
    latin1: false,
    proxies: ["http", "socks5"],
  };
  for (const { name, needs, run } of transportCases(subject)) {
    const skips = needs === "socks5" && noMicrosocks;
    it.skipIf(skips)(skips ? `${name} (skipped: needs microsocks)` : name, () => run(around));
  }
  it("has cases", () => expect(transportCases(subject).length).toBeGreaterThan(10));
});
