import { cancellable, sleep } from "heddle";
import type { Page, Response } from "playwright-core";
import type { ResponseHeaders } from "../ground/transport.js";

/** The page as it stands. */
export interface PageState {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly html: string;
  readonly body: Uint8Array;
  readonly finalUrl: string;
  readonly remoteAddress: string | undefined;
}

/** These tell of the body as it came, and not of the one that is handed on. */
const NOT_OF_THE_RESULT: ReadonlySet<string> = new Set(["content-encoding", "content-length", "transfer-encoding"]);

/** What Chromium shows as a page of its own making, and what is itself. */
const HTML: ReadonlySet<string> = new Set(["text/html", "application/xhtml+xml"]);

/**
 * Reads the page: its HTML as the scripts have left it, or, where the answer is no HTML, the answer's body as it came.
 * `answer` is the one that the page came with; null for a page that scripts have made from nothing.
 *
 * If cancelled: throws `CancelledError` at once.
 */
export async function readPage(page: Page, answer: Response | null): Promise<PageState> {
  const { type, html } = await contentOf(page, answer);
  const state = await emptyPage(page.url(), answer);
  if (html === undefined && answer !== null) return { ...state, body: await cancellable(answer.body()) };
  return {
    ...state,
    html: html ?? "",
    body: new TextEncoder().encode(html),
    headers: { ...state.headers, "content-type": `${type}; charset=utf-8` },
  };
}

/**
 * An answer without anything to show, such as one with the status 204.
 *
 * If cancelled: throws `CancelledError` at once.
 */
export async function emptyPage(finalUrl: string, answer: Response | null): Promise<PageState> {
  return {
    status: answer?.status() ?? 200,
    headers: answer === null ? {} : headersOf(await cancellable(answer.headersArray())),
    html: "",
    body: new Uint8Array(),
    finalUrl,
    remoteAddress: answer === null ? undefined : (await cancellable(answer.serverAddr()))?.ipAddress,
  };
}

/** Between two attempts, in milliseconds. */
const AGAIN = 50;

/** While it navigates a page cannot be read; a moment later it can. */
async function contentOf(page: Page, answer: Response | null): Promise<{ type: string; html: string | undefined }> {
  for (;;) {
    try {
      const type = await cancellable(page.evaluate<string>("document.contentType"));
      const isHtml = answer === null || HTML.has(type);
      return { type, html: isHtml ? await cancellable(page.content()) : undefined };
    } catch (error) {
      if (!/navigating|context was destroyed/i.test(String(error))) throw error;
      await sleep(AGAIN);
    }
  }
}

function headersOf(fields: readonly { name: string; value: string }[]): ResponseHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const { name: given, value } of fields) {
    const name = given.toLowerCase();
    if (NOT_OF_THE_RESULT.has(name) || name.startsWith(":")) continue;
    const known = headers[name];
    headers[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return headers;
}
