import { cancelScope } from "heddle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UndiciTransport } from "../../src/index.js";
import { fetchRecord } from "../support/records.js";
import type { FaultServer } from "./faultServer.js";
import { startFaultServer } from "./faultServer.js";
import { CONNECTION_FAULTS, FAULTS } from "./faults.js";

/** One leads to a real address; and zstd is not decoded everywhere yet. */
const UNTRIED: ReadonlySet<string> = new Set(["redirect-to-metadata", "zstd", "zstd-garbage", "zstd-bomb"]);

describe("the fault server", () => {
  let server: FaultServer;
  let transport: UndiciTransport;

  beforeAll(async () => {
    server = await startFaultServer();
    transport = new UndiciTransport();
  });

  afterAll(async () => {
    await transport.close();
    await server.idle();
    await server.close();
  });

  const QUICK = { retries: 0, timeout: 600, stallTimeout: 200, maxBytes: 1_000_000 };

  it.each(Object.entries(FAULTS).filter(([name]) => !UNTRIED.has(name)))(
    "shows %s as it says",
    async (name, { outcome, status }) => {
      const record = await fetchRecord(server.urlOf(name), { ...QUICK, transport });
      // A server that refuses once is asked again by whoever retries.
      if (name === "rate-limit") expect(record).toMatchObject({ outcome: "http-error", status: 429 });
      // It ends for whoever brings back the cookie that it sets.
      else if (name === "cookie-wall") expect(record).toMatchObject({ outcome: "ok", redirects: 1 });
      else expect(record).toMatchObject({ outcome, status });
    },
  );

  it.each(Object.entries(CONNECTION_FAULTS))("shows %s as it says", async (name, { outcome }) => {
    const record = await fetchRecord(server.urlOf(name), { ...QUICK, transport });
    expect(record).toMatchObject({ outcome, status: null });
  });

  it("counts what is open, and knows when all have let go", async () => {
    const server = await startFaultServer();
    await cancelScope(
      async (scope) => {
        const pages = [1, 2, 3].map((id) => fetchRecord(server.urlOf("stall-in-body", { id }), { transport }));
        await server.asked(3);
        expect(server.open).toBe(3);
        scope.cancel();
        await Promise.allSettled(pages);
      },
      { timeout: 5000 },
    );
    await server.idle();
    expect(server.open).toBe(0);
    await server.close();
  });

  it("remembers what was sent, in the order and the writing in which it was", async () => {
    server.reset();
    const { html, body } = await fetchRecord(server.urlOf("echo", { a: "b" }), {
      transport,
      headers: { "x-y": "z" },
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "GET", path: "/echo?a=b", headers: { "x-y": "z" } });
    expect(JSON.parse(html ?? Buffer.from(body ?? []).toString())).toMatchObject({ path: "/echo?a=b" });
  });
});
