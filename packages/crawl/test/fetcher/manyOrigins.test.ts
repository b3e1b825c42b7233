import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFetcher } from "../../src/index.js";
import { AddressGuard } from "../../src/network/addressGuard.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { heapUsed } from "../support/heapUsed.js";

/** Fifty thousand behind `npm run soak`. */
const ORIGINS = Number(process.env["HEDDLE_SOAK"] ?? 1) >= 20 ? 50_000 : 400;

/** So many are remembered for their robots.txt: from there on nothing more is kept. */
const REMEMBERED = 10_000;

let server: FaultServer;

beforeAll(async () => {
  server = await startFaultServer({ address: "0.0.0.0" });
});

afterAll(() => server.close());

/** Every name has an address of its own in 127.0.0.0/8, so that no two share their ports. */
async function addressOf(host: string): Promise<readonly string[]> {
  const n = Number(/\d+/.exec(host)?.[0]);
  return [`127.${1 + (n >> 14)}.${(n >> 7) & 127}.${1 + (n & 127)}`];
}

it(`gets a page and a robots.txt of each of ${ORIGINS} hosts, and remembers no more than it says`, {
  timeout: 600_000,
}, async () => {
  const guard = new AddressGuard({ allow: ["127.0.0.0/8"], resolve: addressOf });
  await using fetcher = createFetcher({ concurrency: 256, guard });
  const names = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, n) => server.urlOf("page", {}, { host: `h${from + n}.test` }).href);
  const step = Math.min(REMEMBERED, ORIGINS / 4);
  const heaps: number[] = [];
  for (let from = 0; from < ORIGINS; from += step) {
    let ok = 0;
    for await (const { verdict } of fetcher.fetchAll(names(from, step))) if (verdict === "ok") ok++;
    expect(ok).toBe(Math.min(step, ORIGINS - from));
    expect(fetcher.stats()).toMatchObject({ hosts: 0, parked: 0, requests: 0 });
    server.reset();
    // Connections that nobody uses are kept for four seconds.
    if (step === REMEMBERED) await server.idle();
    heaps.push(heapUsed());
  }
  if (step < REMEMBERED) return;
  expect(((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)) / (ORIGINS - step)).toBeLessThan(200);
  if (process.platform === "linux") expect(readdirSync("/proc/self/fd").length).toBeLessThan(100);
});
