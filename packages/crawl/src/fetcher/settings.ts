import { ACCEPTED_ENCODINGS } from "../content/decode.js";
import type { RenderOptions } from "../ground/render.js";
import type { BackoffOptions } from "../politeness/backoff.js";
import { BACKOFF_BASE, BACKOFF_CAP } from "../politeness/backoff.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import type { PageOptions } from "./pageOptions.js";
import { COSTS } from "./rung.js";

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
    ...(defined as Partial<PageSettings>),
    headers,
    usualHeaders,
    ...deadlineOf(options, usual),
    ...costOf(options, usual),
    renderOptions: { ...usual.renderOptions, ...renderOptions(options) },
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
  const { render = usual.render, identity = usual.identity } = options;
  const first = render === true ? COSTS.chromium : identity === undefined ? COSTS.plain : COSTS.identity;
  const maxCost = render === "auto" ? first + COSTS.chromium : first;
  return { maxCost, maxCostGiven: false };
}

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
  maxCostGiven: false,
  render: undefined,
  renderOptions: {},
  session: undefined,
  identity: undefined,
};

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
