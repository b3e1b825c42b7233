import { cancelScope, now } from "heddle";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { classify } from "../../src/ground/classify.js";
import type { Transport, TransportRequest, TransportResponse } from "../../src/ground/transport.js";
import { UndiciTransport } from "../../src/network/undiciTransport.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { selfSigned } from "../support/selfSigned.js";
import type { RunningProxy } from "./proxies.js";
import { skipsWithout, startMicrosocks, startProxyChain } from "./proxies.js";
import type { Surroundings, TransportUnderTest } from "./transportCases.js";
import { transportCases } from "./transportCases.js";

const noMicrosocks = skipsWithout("microsocks");

describe("UndiciTransport", () => {
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
    make: (options) => new UndiciTransport(options),
    proxies: ["http", "socks5"],
  };
  for (const { name, needs, run } of transportCases(subject)) {
    const skips = needs === "socks5" && noMicrosocks;
    it.skipIf(skips)(skips ? `${name} (skipped: needs microsocks)` : name, () => run(around));
  }

  it("refuses what it cannot do", async () => {
    const transport = new UndiciTransport();
    const ask = (options: Partial<TransportRequest>): Promise<unknown> =>
      transport.request(server.urlOf("page"), { method: "GET", headers: {}, ...options });
    await expect(ask({ identity: "chrome_149" })).rejects.toThrow("Cannot ask over undici as it has no identities");
    await expect(ask({ render: {} })).rejects.toThrow("Cannot ask over undici as it does not render");
    await transport.close();
  });
});

describe("UndiciTransport with TLS", () => {
  let secure: FaultServer;

  beforeEach(async () => {
    secure = await startFaultServer({ tls: true });
  });

  afterEach(() => secure.close());

  const ask = (by: Transport, url: URL): Promise<TransportResponse> => by.request(url, { method: "GET", headers: {} });

  it("trusts the certificates that it is told to, and no others", async () => {
    const careful = new UndiciTransport();
    const error: unknown = await ask(careful, secure.urlOf("page")).catch((thrown: unknown) => thrown);
    expect(classify(error)).toMatchObject({ outcome: "tls", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const trusting = new UndiciTransport({ ca: selfSigned.cert });
    const response = await ask(trusting, secure.urlOf("page"));
    expect(response.status).toBe(200);
    response.close();
    await careful.close();
    await trusting.close();
  });

  it("accepts any certificate when it is told to, and then only", async () => {
    for (const insecure of [false, true]) {
      const by = new UndiciTransport({ insecure });
      const answer = await ask(by, secure.urlOf("page")).catch((thrown: unknown) => classify(thrown));
      expect(answer).toMatchObject(insecure ? { status: 200 } : { outcome: "tls" });
      await by.close();
    }
  });

  it("stops at once when cancelled while it still connects, and when closed lets go of that connection, too", async () => {
    const transport = new UndiciTransport();
    const server = await startFaultServer();
    const start = now();
    await cancelScope(() => ask(transport, server.urlOf("tls-stall")), { timeout: 20 });
    expect(now() - start).toBeLessThan(1000);
    await transport.close();
    await server.idle();
    await server.close();
  });
});

describe("the contract of a transport", () => {
  /** Wrong in every way that an adapter to another library could be wrong in. */
  class Careless implements Transport {
    #cookie = "a=b";

    async request(url: URL, options: TransportRequest): Promise<TransportResponse> {
      const response = await fetch(url.protocol === "ftp:" ? "http://127.0.0.1:1" : url, {
        method: "GET",
        redirect: "follow",
        headers: { accept: options.method, cookie: this.#cookie },
      }).catch(() => {
        throw new Error("it did not work");
      });
      const bytes = await response.arrayBuffer().catch(() => new ArrayBuffer(0));
      const body = Buffer.from(bytes).subarray(0, 20);
      return {
        status: 200,
        headers: {},
        body: (async function* () {
          yield body;
        })(),
        close: () => {
          throw new Error("close() was called");
        },
      };
    }

    async close(): Promise<void> {}
  }

  const cases = transportCases({ make: () => new Careless(), proxies: ["http"] });
  it.each(cases.map((each) => [each.name, each] as const))(
    "catches one that does not keep: %s",
    async (_name, { run }) => {
      const server = await startFaultServer();
      const proxies = { http: { url: "http://user:pass@127.0.0.1:2", seen: [] } };
      // What never ends has not kept its promise either.
      const kept = await new Promise((resolve) => {
        run({ server, proxies }).then(
          () => resolve(true),
          () => resolve(false),
        );
        setTimeout(() => resolve(false), 600);
      });
      expect(kept).toBe(false);
      await server.close();
    },
  );
});
