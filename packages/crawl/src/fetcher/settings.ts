import { ACCEPTED_ENCODINGS } from "../content/decode.js";
import type { RenderOptions } from "../ground/render.js";
import type { BackoffOptions } from "../politeness/backoff.js";
import { BACKOFF_BASE, BACKOFF_CAP } from "../politeness/backoff.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import type { PageOptions } from "./pageOptions.js";
import { COSTS } from "./rung.js";
import type { SaveTo } from "./saveTo.js";
import { MAX_SAVED_BYTES, SAVING_TIMEOUT, saveSettings } from "./saveTo.js";

/** Options of a page that have been checked, with every default in its place. */
export interface PageSettings {
  readonly method: string;
  /** What the user wants to be sent, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** What a plain request sends in any case: with names in lower case. */
  readonly usualHeaders: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly stallTimeout: number;
  readonly deadline: number;
  /** Whether the deadline counts from the call, not from the first request. */
  readonly deadlineFromCall: boolean;
  readonly retries: number;
  readonly maxRetryAfter: number;
  readonly maxRedirects: number;
  readonly maxBytes: number;
  /** What nobody has set is more where bodies go to files. */
  readonly timeoutGiven: boolean;
  readonly maxBytesGiven: boolean;
  readonly saveTo: Required<SaveTo> | undefined;
  readonly robots: boolean;
  readonly maxCost: number;
  readonly maxCostGiven: boolean;
  readonly render: boolean | "auto" | undefined;
  /** What Chromium is told, if it is Chromium. */
  readonly renderOptions: RenderOptions;
  readonly session: string | undefined;
  readonly identity: string | undefined;
}

/** The settings of a page that were checked: those of `options`, and below them those that hold otherwise. */
export function pageSettings(options: PageOptions, below?: PageSettings): PageSettings {
  const usual = below ?? USUAL;
  const { userAgent, ...others } = options;
  const defined = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  const headers = options.headers === undefined ? usual.headers : { ...usual.headers, ...lowerCased(options.headers) };
  const usualHeaders =
    userAgent === undefined ? usual.usualHeaders : { ...usual.usualHeaders, "user-agent": userAgent };
  return {
    ...usual,
    // What Chromium is to do and to show is wanted, so there has to be a Chromium.
    ...(wantsChromium(options, usual) ? { render: true } : {}),
    ...(defined as Partial<PageSettings>),
    headers,
    ...bodyOf(options, headers),
    usualHeaders,
    ...savingOf(options, usual),
    ...deadlineOf(options, usual),
    ...costOf(options, usual),
    renderOptions: { ...usual.renderOptions, ...renderOptions(options) },
  };
}

/** Whoever sends something along mostly means to post it, and a form says itself what it is. */
function bodyOf(
  { method, body }: PageOptions,
  headers: PageSettings["headers"],
): Partial<Pick<PageSettings, "method" | "body" | "headers">> {
  if (body === undefined) return {};
  const posts = method === undefined ? { method: "POST" } : {};
  if (!(body instanceof URLSearchParams)) return { ...posts, body };
  return { ...posts, body: body.toString(), headers: { "content-type": FORM, ...headers } };
}

function wantsChromium(options: PageOptions, usual: PageSettings): boolean {
  return usual.render === undefined && (options.steps !== undefined || options.screenshot !== undefined);
}

/** What goes to files takes no memory, and may take its time. */
function savingOf(
  options: PageOptions,
  usual: PageSettings,
): Pick<PageSettings, "saveTo" | "timeout" | "timeoutGiven" | "maxBytes" | "maxBytesGiven"> {
  const saveTo = options.saveTo === undefined ? usual.saveTo : saveSettings(options.saveTo);
  const timeoutGiven = usual.timeoutGiven || options.timeout !== undefined;
  const maxBytesGiven = usual.maxBytesGiven || options.maxBytes !== undefined;
  const { timeout = usual.timeout, maxBytes = usual.maxBytes } = options;
  const saves = saveTo !== undefined;
  return {
    saveTo,
    timeoutGiven,
    timeout: saves && !timeoutGiven ? SAVING_TIMEOUT : timeout,
    maxBytesGiven,
    maxBytes: saves && !maxBytesGiven ? MAX_SAVED_BYTES : maxBytes,
  };
}

/** Where nobody has set one, it leaves room for a wait that is wanted. */
function deadlineOf(options: PageOptions, usual: PageSettings): Pick<PageSettings, "deadline" | "deadlineFromCall"> {
  if (options.deadline !== undefined) return { deadline: options.deadline, deadlineFromCall: true };
  const { maxRetryAfter = usual.maxRetryAfter } = options;
  const deadline = usual.deadlineFromCall ? usual.deadline : Math.max(FETCH_DEFAULTS.deadline, 2 * maxRetryAfter);
  return { deadline, deadlineFromCall: usual.deadlineFromCall };
}

/** What Chromium is to be told, if anything. */
export function renderOptions(options: PageOptions): RenderOptions | undefined {
  const { waitFor, blockResources, screenshot, steps, viewport } = options;
  const entries = Object.entries({ waitFor, blockResources, screenshot, steps, viewport });
  const given = entries.filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as RenderOptions);
}

/** Where nobody has set one, it is enough for what was asked for. */
function costOf(options: PageOptions, usual: PageSettings): Pick<PageSettings, "maxCost" | "maxCostGiven"> {
  if (options.maxCost !== undefined) return { maxCost: options.maxCost, maxCostGiven: true };
  if (usual.maxCostGiven) return { maxCost: usual.maxCost, maxCostGiven: true };
  const { render = wantsChromium(options, usual) ? true : usual.render, identity = usual.identity } = options;
  const first = render === true ? COSTS.chromium : identity === undefined ? COSTS.plain : COSTS.identity;
  const maxCost = render === "auto" ? first + COSTS.chromium : first;
  return { maxCost, maxCostGiven: false };
}

const FORM = "application/x-www-form-urlencoded;charset=UTF-8";

export function backoffSettings(options: FetcherOptions): Required<BackoffOptions> {
  const { base = BACKOFF_BASE, cap = BACKOFF_CAP, random = Math.random } = options.backoff ?? {};
  return { base, cap, random };
}

/** Those of a request for which the user wants none. */
export const NO_HEADERS: Readonly<Record<string, string>> = {};

const USUAL: PageSettings = {
  timeout: FETCH_DEFAULTS.timeout,
  stallTimeout: FETCH_DEFAULTS.stallTimeout,
  deadline: FETCH_DEFAULTS.deadline,
  retries: FETCH_DEFAULTS.retries,
  maxRetryAfter: FETCH_DEFAULTS.maxRetryAfter,
  maxRedirects: FETCH_DEFAULTS.maxRedirects,
  maxBytes: FETCH_DEFAULTS.maxBytes,
  robots: FETCH_DEFAULTS.robots,
  maxCost: FETCH_DEFAULTS.maxCost,
  method: "GET",
  headers: NO_HEADERS,
  body: undefined,
  usualHeaders: {
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-encoding": ACCEPTED_ENCODINGS,
    "user-agent": FETCH_DEFAULTS.userAgent,
  },
  deadlineFromCall: false,
  timeoutGiven: false,
  maxBytesGiven: false,
  saveTo: undefined,
  maxCostGiven: false,
  render: undefined,
  renderOptions: {},
  session: undefined,
  identity: undefined,
};

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
