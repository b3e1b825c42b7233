import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { Page } from "../../src/index.js";
import { createFetcher } from "../../src/index.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { CONNECTION_FAULTS, FAULTS } from "../faults/faults.js";
import { describeChromium } from "./chromium.js";

describeChromium("faults, as Chromium sees them", () => {
  let server: FaultServer;
  const chromium = new BrowserTransport({ maxPages: 4 });

  beforeAll(async () => {
    server = await startFaultServer({ address: "0.0.0.0" });
  });

  afterAll(async () => {
    await Promise.all([chromium.close(), server.close()]);
  });

  /** Gets each of them, from a host of its own. */
  async function pagesOf(names: readonly string[], options: object): Promise<Map<string, Page>> {
    const common = { robots: false, retries: 0, render: true, maxBytes: 1_000_000, transports: { chromium } } as const;
    await using fetcher = createFetcher({ ...common, ...options });
    const pages = names.map(async (name, n) => {
      return [name, await fetcher.get(server.urlOf(name, {}, { host: `127.9.0.${n + 1}` }))] as const;
    });
    return new Map(await Promise.all(pages));
  }

  it("end as they do for a plain request", async () => {
    const names = [
      ...["page", "drip", "early-hints", "redirect-chain", "no-content", "zstd", "too-large", "redirect-to-ftp"],
      ...["reset-in-headers", "close-in-body", "gzip-garbage", "header-flood", "garbage", "redirect-endless"],
      ...["server-error", "rate-limit-forever", "tls-garbage", "refuse-connection"],
    ];
    const pages = await pagesOf(names, {});
    const outcomes = names.map((name) => [name, pages.get(name)?.failure?.outcome ?? "ok"]);
    expect(outcomes).toEqual(names.map((name) => [name, (FAULTS[name] ?? CONNECTION_FAULTS[name])?.outcome]));
  });

  it("that stall end after so much silence, and those that drip when their time is up", async () => {
    const silent = ["stall-on-accept", "tls-stall", "stall-after-request", "stall-in-headers", "drip-headers"];
    const halting = ["stall-after-headers", "stall-in-body", "stall-in-chunks"];
    const names = [...silent, ...halting, "drip-endless"];
    // Started beforehand, so that its start is not in it.
    await pagesOf(["page"], {});
    const pages = await pagesOf(names, { stallTimeout: 1500, timeout: 4000, concurrency: 9 });
    for (const name of names.slice(0, -1)) {
      expect(pages.get(name)).toMatchObject({ verdict: "dead", kind: "stalled", failure: { code: "RENDER_STALLED" } });
    }
    expect(pages.get("stall-in-headers")?.failure?.message).toMatch(
      /^Cannot render .* as nothing has come of it for 1.5 s: it still waits for the answer of the server$/,
    );
    expect(pages.get("drip-endless")).toMatchObject({ verdict: "dead", kind: "timeout", status: 200 });
    expect(pages.get("drip-endless")?.failure?.code).toBe("RENDER_TIMEOUT");
  });
});
