import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { Transport } from "../../src/ground/transport.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import type { RunningProxy } from "../network/proxies.js";
import { skipsWithout, startMicrosocks, startProxyChain } from "../network/proxies.js";
import type { Surroundings, TransportUnderTest } from "../network/transportCases.js";
import { transportCases } from "../network/transportCases.js";
import { describeChromium, textOf } from "./chromium.js";

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

  // One Chromium for all the cases but those with a guard, as each would take a second to start.
  const shared = new BrowserTransport();
  afterAll(() => shared.close());

  const subject: TransportUnderTest = {
    make: ({ guard }) =>
      guard === undefined ? asWritten(shared, false) : asWritten(new BrowserTransport({ guard }), true),
    redirects: false,
    raw: false,
    streams: false,
    prompt: false,
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

/** Chromium writes a doctype in capitals, and the pages of the cases have it in small letters. */
function asWritten(transport: Transport, closes: boolean): Transport {
  return {
    request: async (url, options) => {
      const answer = await transport.request(url, options);
      const html = (await textOf(answer)).replace("<!DOCTYPE", "<!doctype");
      return { ...answer, status: answer.status, headers: answer.headers, body: once(html), close: () => {} };
    },
    close: async () => {
      if (closes) await transport.close();
    },
  };
}

async function* once(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text);
}
