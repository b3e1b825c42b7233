import { validateHeaderName, validateHeaderValue } from "node:http";
import { z } from "zod";
import { checkRenderOptions } from "../browser/checkRenderOptions.js";
import { invalid } from "../ground/check.js";
import { AddressGuard } from "../network/addressGuard.js";
import type { BackoffOptions } from "../politeness/backoff.js";
import { HttpCache } from "../store/httpCache.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import { checkOption, optionError } from "./optionError.js";
import type { OptionMeta } from "./optionField.js";
import {
  countField,
  durationField,
  flagField,
  numberField,
  objectField,
  optionMeta,
  textField,
} from "./optionField.js";
import type { PageOptions } from "./pageOptions.js";
import { checkSaveTo } from "./saveTo.js";
import { renderOptions } from "./settings.js";

const ROTATIONS = ["request", "host", "session"];

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** What all faces are made from: checks, the flags of the command line, the parameters of the service. */
const pageShape = {
  method: z
    .enum(METHODS, { error: () => `must be one of ${METHODS.join(", ")}` })
    .register(optionMeta, { kind: "choice", of: "page", choices: METHODS }),
  headers: z
    .custom<Readonly<Record<string, string>>>((value) => isRecord(value), { error: () => "must be an object" })
    .register(optionMeta, {
      kind: "headers",
      of: "page",
      flag: "-H, --header",
      help: 'send a header, as "Name: value"; may be repeated',
      group: "What to say to servers",
    }),
  body: z
    .custom<NonNullable<PageOptions["body"]>>(
      (value) => typeof value === "string" || value instanceof Uint8Array || value instanceof URLSearchParams,
      { error: () => "must be a string, a Uint8Array or URLSearchParams" },
    )
    .register(optionMeta, { kind: "value", of: "page" }),
  userAgent: textField({ of: "page", group: "What to say to servers", help: "how to call ourselves" }),
  timeout: durationField(
    { of: "page", group: "How patiently", help: "the longest a request may take, body included" },
    { least: 1 },
  ),
  stallTimeout: durationField(
    { of: "page", group: "How patiently", help: "the longest in which nothing at all comes" },
    { least: 1 },
  ),
  deadline: durationField(
    { of: "page", group: "How patiently", help: "the longest a page may take, with retries, redirects and waits" },
    { least: 1 },
  ),
  retries: countField(
    { of: "page", most: 100, group: "How patiently", help: "how often to try again after a failure that may pass" },
    { least: 0 },
  ),
  maxRetryAfter: durationField(
    { of: "page", group: "How patiently", help: "the longest Retry-After that is waited for" },
    { least: 0 },
  ),
  maxRedirects: countField(
    { of: "page", most: 100, group: "How patiently", help: "redirects to follow" },
    { least: 0 },
  ),
  maxBytes: countField(
    { of: "page", kind: "size", flag: "--max-body", group: "How patiently", help: "the largest body that is read" },
    { least: 1 },
  ),
  saveTo: anyField<NonNullable<PageOptions["saveTo"]>>({ kind: "value" }),
  robots: flagField({ of: "page", group: "What to say to servers", help: "obey robots.txt" }),
  render: z
    .union([z.boolean(), z.literal("auto")], { error: () => 'must be true, false or "auto"' })
    .register(optionMeta, {
      kind: "mode",
      of: "page",
      group: "How far to go",
      help: "render pages in Chromium: always (true), where their HTML is an empty shell (auto), never (false)",
    }),
  waitFor: z
    .custom<NonNullable<PageOptions["waitFor"]>>((value) => typeof value === "string" || typeof value === "number", {
      error: () => "must be an event, a selector or a number of milliseconds",
    })
    .register(optionMeta, {
      kind: "wait",
      of: "page",
      group: "How far to go",
      help: "what Chromium waits for: load, domcontentloaded, networkidle, a selector, or milliseconds",
    }),
  blockResources: z
    .custom<NonNullable<PageOptions["blockResources"]>>((value) => Array.isArray(value), {
      error: () => "must be an array",
    })
    .register(optionMeta, {
      kind: "list",
      of: "page",
      value: "kind",
      group: "How far to go",
      help: "a kind of resource that Chromium does not fetch: image, font, media …",
    }),
  screenshot: anyField<NonNullable<PageOptions["screenshot"]>>({
    kind: "picture",
    group: "How far to go",
    help: "a picture that Chromium takes: true (of the window), full (of the page), or of the element of a selector",
  }),
  steps: anyField<NonNullable<PageOptions["steps"]>>({
    kind: "json",
    group: "How far to go",
    help: 'what Chromium does with the page, as JSON: [{"click": "#more"}, {"wait": 500}]; also fill, press, scroll, evaluate',
  }),
  viewport: anyField<NonNullable<PageOptions["viewport"]>>({
    kind: "viewport",
    group: "How far to go",
    help: "the size of Chromium's window, as 1280x720",
  }),
  identity: textField({
    of: "page",
    value: "name",
    group: "What to say to servers",
    help: "speak as a browser does: chrome, firefox, safari, chrome_149@windows …",
  }),
  session: textField({
    of: "page",
    value: "name",
    group: "What to say to servers",
    help: "pages of one session share cookies, proxy and identity",
  }),
  maxCost: numberField(
    { of: "page", group: "How far to go", help: "how far to go for a page that is blocked: the most it may cost" },
    0,
  ),
} satisfies Record<keyof PageOptions, z.ZodType>;

const backoffShape = {
  base: durationField({ of: "fetcher" }, { least: 0, finite: true }).optional(),
  cap: durationField({ of: "fetcher" }, { least: 0 }).optional(),
  random: z
    .custom<() => number>((value) => typeof value === "function", { error: () => "must be a function" })
    .optional(),
} satisfies Record<keyof BackoffOptions, z.ZodType>;

const fetcherShape = {
  ...pageShape,
  concurrency: countField(
    { of: "fetcher", flag: "-c, --concurrency", most: 10_000, group: "How much at a time", help: "requests at a time" },
    { least: 1 },
  ),
  perHost: countField(
    { of: "fetcher", most: 10_000, group: "How much at a time", help: "requests at a time to one host" },
    { least: 1 },
  ),
  backoff: z
    .strictObject(backoffShape, {
      error: (issue) => (issue.code === "invalid_type" ? "must be an object" : undefined),
    })
    .register(optionMeta, { kind: "value", of: "fetcher" }),
  retryBudget: numberField(
    { of: "fetcher", group: "How patiently", help: "retries that a host gets for each page asked of it" },
    0,
  ),
  insecure: flagField({
    of: "fetcher",
    group: "Whom to trust",
    help: "accept any certificate, expired or forged: whoever sits in between can read all that is sent and change all that comes",
  }),
  proxies: z
    .custom<NonNullable<FetcherOptions["proxies"]>>((value) => Array.isArray(value) && value.length > 0, {
      error: () => "must be an array of at least one proxy",
    })
    .register(optionMeta, {
      kind: "list",
      of: "fetcher",
      flag: "--proxy",
      value: "url",
      group: "How far to go",
      help: "a proxy to go through, as http://user:password@host:3128 (http, https, socks5)",
    }),
  rotation: z.enum(ROTATIONS, { error: () => `must be one of ${ROTATIONS.join(", ")}` }).register(optionMeta, {
    kind: "choice",
    of: "fetcher",
    choices: ROTATIONS,
    group: "How far to go",
    help: "when the proxy changes: with each request, or not for a host, or not for a session",
  }),
  sessions: objectField<NonNullable<FetcherOptions["sessions"]>>({ of: "fetcher" }, []),
  guard: z
    .custom<boolean | AddressGuard>((value) => typeof value === "boolean" || value instanceof AddressGuard, {
      error: () => "must be true, false or an AddressGuard",
    })
    .register(optionMeta, {
      kind: "flag",
      of: "fetcher",
      group: "Whom to trust",
      help: "refuse addresses of this machine and its network, by whatever URL, name or redirect",
    }),
  allow: z
    .custom<readonly string[]>((value) => Array.isArray(value), { error: () => "must be an array of strings" })
    .register(optionMeta, {
      kind: "list",
      of: "fetcher",
      value: "address",
      group: "Whom to trust",
      help: "what --guard lets through nevertheless: 10.0.0.0/8, intranet.test",
    }),
  cache: z
    .custom<string | HttpCache>((value) => (typeof value === "string" && value !== "") || value instanceof HttpCache, {
      error: () => "must be the path of a file or an HttpCache",
    })
    .register(optionMeta, {
      kind: "text",
      of: "fetcher",
      value: "file",
      group: "What to keep",
      help: "keep answers in this file, and take from it what is still good (RFC 9111)",
    }),
  offline: flagField({ of: "fetcher", group: "What to keep", help: "take everything from --cache, and ask nobody" }),
  staleIfError: durationField(
    { of: "fetcher", group: "What to keep", help: "how old an answer from --cache may be in place of a failure" },
    { least: 0 },
  ),
  staleWhileRevalidate: flagField({
    of: "fetcher",
    group: "What to keep",
    help: "take from --cache for a while what says that it may be old, and ask for it again meanwhile",
  }),
  browser: objectField<NonNullable<FetcherOptions["browser"]>>({ of: "fetcher" }, []),
  solve: z
    .custom<NonNullable<FetcherOptions["solve"]>>((value) => typeof value === "function", {
      error: () => "must be a function",
    })
    .register(optionMeta, { kind: "value", of: "fetcher" }),
  transports: objectField<NonNullable<FetcherOptions["transports"]>>({ of: "fetcher" }, []),
  transport: objectField<NonNullable<FetcherOptions["transport"]>>({ of: "fetcher" }, ["request", "close"]),
  limits: objectField<NonNullable<FetcherOptions["limits"]>>({ of: "fetcher" }, ["admit"]),
  probe: objectField<NonNullable<FetcherOptions["probe"]>>({ of: "fetcher" }, []),
} satisfies Record<keyof FetcherOptions, z.ZodType>;

const pageSchema = z.strictObject(optional(pageShape));
const fetcherSchema = z.strictObject(optional(fetcherShape));

/** @throws InvalidArgumentError for an option that makes no sense, or that there is not */
export function checkPageOptions(doing: string, value: unknown): asserts value is PageOptions {
  check(doing, pageSchema, value, Object.keys(pageShape));
}

/** @throws InvalidArgumentError for an option that makes no sense, or that there is not */
export function checkFetcherOptions(doing: string, value: unknown): asserts value is FetcherOptions {
  check(doing, fetcherSchema, value, Object.keys(fetcherShape));
}

/** Whether all of the options can be said for one page. */
export function isAboutPages(options: FetcherOptions): options is PageOptions {
  return Object.keys(options).every((name) => Object.hasOwn(pageShape, name));
}

/** An option, for whoever makes flags or parameters of all. */
export interface OptionField extends OptionMeta {
  readonly name: string;
  /** Absent where nothing holds that could be said in one value. */
  readonly standard: unknown;
}

/** All options, in the order in which they are to be shown. */
export function optionFields(): OptionField[] {
  return Object.entries<z.ZodType>(fetcherShape).flatMap(([name, field]) => {
    const meta = optionMeta.get(field);
    return meta === undefined ? [] : [{ ...meta, name, standard: (FETCH_DEFAULTS as Record<string, unknown>)[name] }];
  });
}

function check(doing: string, schema: z.ZodType, value: unknown, names: readonly string[]): void {
  const result = schema.safeParse(value);
  const [issue] = result.error?.issues ?? [];
  const known = (path: readonly string[]): readonly string[] => (path.length === 0 ? names : Object.keys(backoffShape));
  if (issue !== undefined) throw optionError(doing, issue, { value, known });
  const options = value as PageOptions;
  if (options.headers !== undefined || options.userAgent !== undefined) checkHeaders(doing, options);
  const { saveTo } = options;
  if (saveTo !== undefined) checkOption("saveTo", () => checkSaveTo(doing, saveTo));
  const render = renderOptions(options);
  if (render === undefined) return;
  for (const [name, given] of Object.entries(render)) checkOption(name, () => checkRenderOptions({ [name]: given }));
}

function checkHeaders(doing: string, options: PageOptions): void {
  const { headers = {}, userAgent } = options;
  const named = userAgent === undefined ? [] : [["user-agent", userAgent]];
  for (const [name = "", value] of [...Object.entries(headers), ...named]) {
    const option = value === userAgent && name === "user-agent" ? "userAgent" : "headers";
    checkOption(option, () => checkHeader(doing, name, value));
  }
}

function checkHeader(doing: string, name: string, value: unknown): void {
  if (typeof value !== "string") throw invalid(doing, `the header ${JSON.stringify(name)} must be a string`, value);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw invalid(doing, `the header ${JSON.stringify(name)} cannot be sent`, value);
  }
}

/** An option that its own layer checks. */
function anyField<T>(meta: Omit<OptionMeta, "of">): z.ZodType<T> {
  return z.custom<T>(() => true).register(optionMeta, { of: "page", ...meta });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function optional(shape: Record<string, z.ZodType>): Record<string, z.ZodOptional> {
  return Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, field.optional()]));
}
