import type { RenderStep, ResourceKind, Screenshot, Viewport, WaitFor } from "../ground/render.js";

import type { SaveTo } from "./saveTo.js";

/** What can be said for one page, and as well for all pages of a fetcher. */
export interface PageOptions {
  /** The method of the request. Default "GET", or "POST" where there is a `body`. What is not idempotent (POST, PATCH) is asked for again only if it was never sent. */
  method?: string;
  /** Headers to send, besides or in place of the usual ones. */
  headers?: Readonly<Record<string, string>>;
  /**
   * What is sent along. `URLSearchParams` are sent as a form; of everything else the `content-type` is yours to say, in `headers`.
   * Default nothing.
   */
  body?: string | Uint8Array | URLSearchParams;
  /** How the fetcher names itself to servers. Default "heddle/0.1". An identity brings its own name. */
  userAgent?: string;
  /**
   * The longest time for one request, from the moment it leaves to the last byte of its body, in
   * milliseconds. Default 30 000; with `saveTo` 600 000.
   */
  timeout?: number;
  /**
   * The longest time in which nothing comes, neither headers nor a piece of the body, in milliseconds.
   * Default 15 000.
   */
  stallTimeout?: number;
  /**
   * The longest time for the page as a whole, with every wait, retry and redirect, in milliseconds. It always holds, and
   * counts from the call, or in a list from the moment at which the page begins. Default 600 000, or twice `maxRetryAfter`
   * if that is more, from the moment at which the first request leaves: for how long pages wait in line before that is up
   * to whoever asks for many.
   */
  deadline?: number;
  /** How often a page is asked for again after a failure that may pass. Default 3. */
  retries?: number;
  /**
   * The longest `Retry-After` that is waited for, in milliseconds: it is never shortened, so a server that
   * asks for more ends the page, with what it asked for in the record. Default 300 000.
   */
  maxRetryAfter?: number;
  /** Default 20. */
  maxRedirects?: number;
  /** The largest body, compressed or not, in bytes. Default 10 485 760, which is 10 MiB; with `saveTo` 1 GiB. */
  maxBytes?: number;
  /**
   * A folder that bodies are saved in, each in a file of its own, while they come: `page.file` is its path. Large ones take no
   * memory: what is no text, or a text of more than 10 MiB, is in its file only. There are no parts of files, whatever
   * happens. Or an object that says more. Default: they are kept in memory.
   */
  saveTo?: string | SaveTo;
  /** Whether robots.txt is obeyed. Default true. */
  robots?: boolean;
  /**
   * Whether the page is rendered in Chromium: `true`: always; "auto": where its HTML is an empty shell that scripts fill, or
   * it is blocked otherwise; `false`: never. Default: `true` with `steps` or a `screenshot`; else where `maxCost` allows it, as
   * "auto" does.
   */
  render?: boolean | "auto";
  /**
   * What Chromium waits for before anything is done with the page: an event ("load", "domcontentloaded", "networkidle"), a
   * selector, or a number of milliseconds. Default "load".
   */
  waitFor?: WaitFor;
  /** Kinds of resources that Chromium does not fetch: "image", "font" and so on. Default none. */
  blockResources?: readonly ResourceKind[];
  /** A picture that Chromium takes at the end: `true` of the window, "full" of the page, or of an element. Default none. */
  screenshot?: Screenshot;
  /** What Chromium does with the page when it has come: click, fill, scroll, wait, evaluate. Default nothing. */
  steps?: readonly RenderStep[];
  /** The size of Chromium's window. Default 1280 by 720. */
  viewport?: Viewport;
  /**
   * Speaks as a browser does, with its handshake and its headers: the name of a profile ("chrome", "firefox",
   * "chrome_149@windows"). Needs wreq-js. Default: an honest request of our own; where `maxCost` allows it and a page is
   * blocked, "chrome".
   */
  identity?: string;
  /**
   * The name of a session: pages of one session share cookies, a proxy and an identity, as the pages of one visitor do.
   * Default: each page is a visitor of its own.
   */
  session?: string;
  /**
   * The most that the page may cost: where a page is blocked or empty, the next rung of the ladder is tried as long as all
   * rungs together cost no more (plain 1, identity 2, Chromium 10, each proxy tier above the first 10 more, a solver 25
   * more). Default 1, the plain request; with `render` or `identity` what these take.
   */
  maxCost?: number;
}
