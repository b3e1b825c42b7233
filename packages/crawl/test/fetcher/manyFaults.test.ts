import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Outcome, Page, PageOptions } from "../../src/index.js";
import { createFetcher } from "../../src/index.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { CONNECTION_FAULTS, FAULTS } from "../faults/faults.js";
import { heapUsed } from "../support/heapUsed.js";

/** Ten thousand behind `npm run soak`. */
const PAGES = Number(process.env["HEDDLE_SOAK"] ?? 1) >= 20 ? 10_000 : 600;
const CONCURRENCY = 256;

/** Of the pages that are in order, so many are on each host: with six requests at a time each, these keep all slots busy. */
const GOOD_HOSTS = 60;

const NAMES = [...Object.keys(FAULTS), ...Object.keys(CONNECTION_FAULTS)];

/** What a fetcher makes of a fault is mostly what becomes of its request. */
const BY_OUTCOME: Partial<Record<Outcome, Page["verdict"]>> = { ok: "ok", "too-large": "tooLarge" };

/** The rest is what its status or its content says. */
const BY_NAME: Readonly<Record<string, Page["verdict"]>> = {
  echo: "notHtml",
  "cookie-wall": "ok",
  forbidden: "blocked",
  unauthorized: "login",
  "not-found": "notFound",
  gone: "notFound",
  "redirect-to-nowhere": "dead",
  "rate-limit-forever": "rateLimited",
};

const IDLE: ReadonlySet<Outcome> = new Set<Outcome>(["stalled", "timeout"]);

let server: FaultServer;

beforeAll(async () => {
  // Every address of 127.0.0.0/8 is a host of its own.
  server = await startFaultServer({ address: "0.0.0.0" });
  // Bombs take seconds to be made, in which nobody else is served: they are made once, and here.
  for (const name of NAMES.filter((each) => each.includes("bomb"))) {
    const answer = await fetch(server.urlOf(name)).catch(() => undefined);
    await answer?.body?.cancel().catch(() => {});
  }
}, 60_000);

afterAll(() => server.close());

interface Wanted {
  readonly name: string;
  readonly options: PageOptions;
  readonly verdict: Page["verdict"];
}

/** Nine of ten pages are in order, and each tenth has the next fault. Each fault has a host of its own. */
function wanted(round: number): Map<string, Wanted> {
  const pages = new Map<string, Wanted>();
  for (let id = 0; id < PAGES; id++) {
    const faulty = id % 10 === 9;
    const name = faulty ? (NAMES[Math.floor(id / 10) % NAMES.length] ?? "page") : "page";
    const host = faulty ? `127.${3 + round}.${id >> 8}.${id & 255}` : `127.2.${round}.${1 + (id % GOOD_HOSTS)}`;
    const outcome = ((FAULTS[name] ?? CONNECTION_FAULTS[name])?.outcome ?? "ok") as Outcome;
    const url = server.urlOf(name, { id: `${round}-${id}` }, { host }).href;
    // A busy machine is no reason to give a page up; one that never comes need not be waited for.
    const options = IDLE.has(outcome) ? { stallTimeout: 1000, timeout: 3000 } : {};
    pages.set(url, { name, options, verdict: BY_NAME[name] ?? BY_OUTCOME[outcome] ?? "dead" });
  }
  return pages;
}

async function fetchAllOf(pages: ReadonlyMap<string, Wanted>): Promise<string[]> {
  await using fetcher = createFetcher({
    concurrency: CONCURRENCY,
    robots: false,
    retries: 1,
    stallTimeout: 30_000,
    timeout: 60_000,
    maxRetryAfter: 5000,
    maxBytes: 1_000_000,
    backoff: { base: 10 },
    guard: true,
    allow: ["127.0.0.0/8"],
  });
  const wrong: string[] = [];
  let count = 0;
  const source = Array.from(pages, ([url, { options }]) => ({ url, ...options }));
  for await (const page of fetcher.fetchAll(source, { limit: 2000 })) {
    count++;
    const { name, verdict } = pages.get(page.url) ?? { name: page.url, verdict: undefined };
    if (page.verdict !== verdict) wrong.push(`${name}: ${page.verdict}, not ${verdict} (${page.evidence.join("; ")})`);
  }
  expect(count).toBe(pages.size);
  return wrong;
}

function descriptors(): number {
  return process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
}

it(`ends each of ${PAGES} pages with the right verdict, a tenth of them faulty in every way, and keeps nothing`, {
  timeout: 600_000,
}, async () => {
  expect(await fetchAllOf(wanted(0))).toEqual([]);
  await server.idle();
  server.reset();
  const before = { descriptors: descriptors(), heap: heapUsed() };

  expect(await fetchAllOf(wanted(1))).toEqual([]);
  await server.idle();
  server.reset();
  expect(descriptors()).toBeLessThanOrEqual(before.descriptors + 2);
  expect((heapUsed() - before.heap) / PAGES).toBeLessThan(PAGES >= 10_000 ? 500 : 10_000);
});
