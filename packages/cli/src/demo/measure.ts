import type { Fetcher, FetcherOptions, FetchProbe, Page } from "@heddle/crawl";
import { createFetcher, HostLimits } from "@heddle/crawl";
import { now, shield } from "heddle";
import { SITES } from "./planPages.js";
import { randomFrom } from "./random.js";
import type { Answer, PauseSpan, RequestSpan, RunTrace } from "./runTrace.js";

/** How the demo fetches, in both runs. A real program would be more patient than with this `stallTimeout`. */
const OPTIONS: FetcherOptions = { stallTimeout: 1500, retries: 3, robots: false };

/** A site gets this much more than its share of the requests: while others pause, it takes up their slots. */
const CROWDING = 1.25;

export interface MeasureOptions {
  readonly concurrency: number;
  /** Decides how long retries wait: the same seed, the same run. */
  readonly seed: number;
  /** Is told how many pages are done. */
  readonly onPage: (done: number) => void;
}

/** Fetches all pages, and measures. If cancelled: the requests are aborted, then it throws `CancelledError`. */
export async function measure(urls: readonly string[], options: MeasureOptions): Promise<RunTrace> {
  const { concurrency, seed, onPage } = options;
  const recorder = new Recorder();
  const limits = new HostLimits({ perHost: Math.ceil((concurrency * CROWDING) / SITES) });
  const backoff = { random: randomFrom(seed) };
  const fetcher = createFetcher({ ...OPTIONS, concurrency, backoff, limits, probe: recorder.probe });
  const started = now();
  const pages = concurrency === 1 ? oneByOne(urls, fetcher) : fetcher.fetchAll(urls);
  let done = 0;
  let fetched = 0;
  let bytes = 0;
  try {
    for await (const page of pages) {
      if (page.verdict === "ok") fetched++;
      bytes += page.size;
      onPage(++done);
    }
  } finally {
    await shield(() => fetcher.close());
  }
  const ended = now();
  return { concurrency, started, ended, pages: done, fetched, bytes, ...recorder.seen(ended) };
}

/** What everybody writes first. */
async function* oneByOne(urls: readonly string[], fetcher: Fetcher): AsyncGenerator<Page, void, undefined> {
  for (const url of urls) yield await fetcher.get(url);
}

/** Notes when requests were under way, and when a site asked for a pause. */
class Recorder {
  readonly #started = new Map<number, number>();
  readonly #requests: RequestSpan[] = [];
  readonly #pauses: PauseSpan[] = [];

  readonly probe: FetchProbe = {
    requestStarted: (event) => {
      this.#started.set(event.id, now());
    },
    requestEnded: (event) => {
      const started = this.#started.get(event.id) ?? now();
      const answer = answerOf(event.status, event.failure?.outcome);
      this.#requests.push({ host: new URL(event.url).host, answer, started, ended: now() });
    },
    parked: ({ host, ms }) => {
      this.#pauses.push({ host, started: now(), ended: now() + ms });
    },
  };

  /** What was seen until a moment; pauses that last longer are cut off there. */
  seen(until: number): { requests: readonly RequestSpan[]; pauses: readonly PauseSpan[] } {
    const pauses = this.#pauses.map((pause) => ({ ...pause, ended: Math.min(pause.ended, until) }));
    return { requests: this.#requests, pauses };
  }
}

function answerOf(status: number | null, failed: string | undefined): Answer {
  if (failed !== undefined) return failed === "stalled" ? "stall" : "reset";
  if (status === 429) return "busy";
  if (status !== null && status >= 500) return "broken";
  return status !== null && status >= 300 ? "redirect" : "ok";
}
