import { cancelScope, now } from "heddle";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Transport, TransportRequest, TransportResponse } from "../../src/index.js";
import { classify, UndiciTransport } from "../../src/index.js";
import type { FaultServer } from "../support/faultServer.js";
import { faultServer } from "../support/faultServer.js";
import { selfSigned } from "../support/selfSigned.js";
import { contractServer, TRANSPORT_CONTRACT } from "./transportContract.js";

describe("UndiciTransport", () => {
  let server: FaultServer;
  let transport: UndiciTransport;

  beforeEach(async () => {
    server = await contractServer();
    transport = new UndiciTransport();
  });

  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  it.each(Object.entries(TRANSPORT_CONTRACT))("%s", async (_promise, check) => {
    await check(transport, server);
  });

  it("stops at once when cancelled while it still connects, and when closed lets go of that connection, too", async () => {
    // A server that never answers the greeting of an encrypted connection: a plain one.
    const url = new URL(server.url.replace("http:", "https:"));
    const start = now();
    await cancelScope(() => transport.request(url, { method: "GET", headers: {} }), { timeout: 20 });
    expect(now() - start).toBeLessThan(1000);
    await transport.close();
    await server.idle();
  });

  it("trusts the certificates that it is told to, and no others", async () => {
    const secure = await faultServer({ "/": ({ send }) => send({ body: "secret" }) }, { tls: true });
    const ask = (by: Transport): Promise<TransportResponse> =>
      by.request(new URL(secure.url), { method: "GET", headers: {} });
    const error: unknown = await ask(transport).catch((thrown: unknown) => thrown);
    expect(classify(error)).toMatchObject({ outcome: "tls", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const trusting = new UndiciTransport({ ca: selfSigned.cert });
    const response = await ask(trusting);
    expect(response.status).toBe(200);
    response.close();
    await trusting.close();
    await secure.close();
  });

  it("accepts any certificate when it is told to, and then only", async () => {
    const secure = await faultServer({ "/": ({ send }) => send({ body: "secret" }) }, { tls: true });
    const url = new URL(secure.url);
    for (const insecure of [false, true]) {
      const by = new UndiciTransport({ insecure });
      const answer = await by.request(url, { method: "GET", headers: {} }).catch((thrown: unknown) => classify(thrown));
      expect(answer).toMatchObject(insecure ? { status: 200 } : { outcome: "tls" });
      await by.close();
    }
    await secure.close();
  });
});

describe("the contract of a transport", () => {
  /** Wrong in every way that an adapter to another library could be wrong in. */
  class Careless implements Transport {
    async request(url: URL, options: TransportRequest): Promise<TransportResponse> {
      const response = await fetch(url, {
        method: "GET",
        redirect: "follow",
        headers: { accept: options.method },
      }).catch(() => {
        throw new Error("it did not work");
      });
      const body = await response.text().catch(() => "");
      return {
        status: response.status,
        headers: {},
        body: (async function* () {
          yield Buffer.from(body);
        })(),
        close: () => {
          throw new Error("close() was called");
        },
      };
    }
    async close(): Promise<void> {}
  }

  it.each(Object.entries(TRANSPORT_CONTRACT))("catches one that does not keep: %s", async (_promise, check) => {
    const server = await contractServer();
    // What never ends has not kept its promise either.
    const kept = await cancelScope(
      async () => {
        try {
          await new Promise((resolve, reject) => {
            check(new Careless(), server).then(resolve, reject);
            setTimeout(() => reject(new Error("never ends")), 300);
          });
          return true;
        } catch {
          return false;
        }
      },
      { timeout: 2000 },
    );
    expect(kept).toBe(false);
    await server.close();
  });
});
