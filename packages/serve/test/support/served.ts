import type { Page } from "@heddle/crawl";
import { Event, run, taskGroup } from "heddle";
import type { Site } from "../../../crawl/test/support/site.js";
import type { ServeOptions } from "../../src/index.js";
import { serve } from "../../src/index.js";

export interface Served {
  readonly url: string;
  /** Pages that were got, in order. */
  readonly pages: readonly Page[];
  readonly stop: Event;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** The answer for a page of the site; `more` is put after its URL. */
  page(path: string, more?: string, init?: RequestInit): Promise<Response>;
  /** The same by `POST` and JSON. */
  post(call: unknown, headers?: Record<string, string>): Promise<Response>;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly parameter?: string;
}

/** A service that may ask the site, for as long as `body` runs. */
export async function served(
  site: Site,
  options: ServeOptions,
  body: (service: Served) => Promise<void>,
): Promise<void> {
  await run(
    () =>
      taskGroup(async (group) => {
        const stop = new Event();
        const pages: Page[] = [];
        const url = await group.start<string>((ready) =>
          serve({
            port: 0,
            stop,
            onPage: (page) => pages.push(page),
            onListening: ready,
            ...options,
            fetching: { allow: ["127.0.0.1"], robots: false, retries: 0, ...options.fetching },
          }),
        );
        const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(url + path, init);
        try {
          await body({
            url,
            pages,
            stop,
            ask,
            page: (path, more = "", init) => ask(`/?url=${encodeURIComponent(site.url + path)}${more}`, init),
            post: (call, headers = { "content-type": "application/json" }) =>
              ask("/", { method: "POST", headers, body: typeof call === "string" ? call : JSON.stringify(call) }),
          });
        } finally {
          stop.set();
        }
      }),
    { handleSignals: false },
  );
}

/** What an answer says that is no page. */
export async function refusalOf(answer: Response): Promise<Refusal> {
  return ((await answer.json()) as { error: Refusal }).error;
}
