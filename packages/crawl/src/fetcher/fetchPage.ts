import { now, sleep } from "heddle";
import { checkOptions, invalid } from "../ground/check.js";
import type { Failure } from "../ground/outcome.js";
import type { Transport } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";
import { UndiciTransport } from "../network/undiciTransport.js";
import { charsetOf, decodeText } from "./charset.js";
import { isText } from "./contentType.js";
import type { FetchOptions, FetchSettings } from "./fetchOptions.js";
import { FETCH_OPTIONS, fetchSettings } from "./fetchOptions.js";
import type { FetchRecord } from "./fetchRecord.js";
import { parseUrl } from "./parseUrl.js";
import { judge } from "./retryPolicy.js";
import type { Visit } from "./visit.js";
import { visit } from "./visit.js";

/**
 * Fetches one page, with redirects, decompression, time limits and retries. Whatever happens to it is in the
 * record, also a URL that is none: nothing but a wrong option and a cancellation is thrown.
 *
 * If cancelled: throws `CancelledError`; the connection is cut.
 *
 * @throws InvalidArgumentError for an option that makes no sense
 */
export async function fetchPage(url: string | URL, options: FetchOptions = {}): Promise<FetchRecord> {
  const doing = "fetch a page";
  checkOptions(doing, options, FETCH_OPTIONS);
  checkUrl(url);
  const transport = options.transport ?? ourTransport();
  return fetchWith(url, fetchSettings(doing, options, { transport }));
}

/** A URL that makes no sense becomes a record; what is none of its kind is a mistake in the program. */
export function checkUrl(url: unknown): void {
  if (typeof url === "string" || url instanceof URL) return;
  throw invalid("fetch a page", "the URL must be a string or a URL", url);
}

let shared: Transport | undefined;

/**
 * One for all pages that are fetched singly. Its unused connections do not keep the process alive, so nobody
 * has to close it.
 */
function ourTransport(): Transport {
  shared ??= new UndiciTransport();
  return shared;
}

/** `fetchPage()` with options that were checked before. */
export async function fetchWith(input: string | URL, settings: FetchSettings): Promise<FetchRecord> {
  const page = String(input);
  const parsed = parseUrl(page);
  if (!(parsed instanceof URL)) return recordOf(page, { failure: parsed });

  const start = { url: parsed, method: "GET", headers: settings.headers };
  let startedAt: number | null = null;
  for (let attempt = 1; ; attempt++) {
    const visited = await visit(start, settings, { page, attempt });
    startedAt ??= visited.startedAt;
    const verdict = judge(visited.answer, attempt, settings);
    if (verdict.next === "retry") {
      const { delay, failure } = verdict;
      settings.probe.retrying?.({ page, attempt, delay, failure });
      await sleep(delay);
      continue;
    }
    const failure = verdict.next === "done" ? null : verdict.failure;
    // A last attempt that found its host parked has asked nobody.
    const attempts = visited.startedAt === null ? attempt - 1 : attempt;
    return recordOf(page, { visited, failure, attempts, ms: startedAt === null ? 0 : now() - startedAt });
  }
}

interface Ending {
  readonly failure: Failure | null;
  readonly visited?: Visit;
  readonly attempts?: number;
  readonly ms?: number;
}

function recordOf(page: string, ending: Ending): FetchRecord {
  const { failure, visited, attempts = 0, ms = 0 } = ending;
  const answer = visited?.answer;
  const contentType = answer === undefined ? undefined : headerOf(answer.headers, "content-type");
  const record: FetchRecord = {
    url: page,
    finalUrl: answer?.url.href ?? page,
    status: answer?.status ?? null,
    outcome: failure?.outcome ?? "ok",
    contentType: contentType ?? null,
    charset: null,
    charsetFrom: null,
    bytes: answer?.bytes ?? 0,
    wireBytes: answer?.wireBytes ?? 0,
    ms: Math.round(ms),
    attempts,
    redirects: visited?.redirects ?? 0,
  };
  if (failure !== null) record.error = { code: failure.code, message: failure.message };
  if (answer?.retryAfter !== undefined) record.retryAfter = answer.retryAfter;
  const body = answer?.body ?? null;
  if (body !== null) addBody(record, body, contentType);
  return record;
}

function addBody(record: FetchRecord, body: Uint8Array, contentType: string | undefined): void {
  if (!isText(contentType, body)) {
    record.body = body;
    return;
  }
  const { charset, from, unknown } = charsetOf(body, contentType);
  record.charset = charset;
  record.charsetFrom = from;
  if (unknown !== undefined) record.charsetUnknown = unknown;
  record.html = decodeText(body, charset);
}
