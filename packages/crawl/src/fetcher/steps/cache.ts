import { cancelScope } from "heddle";
import type { CachedResponse, CacheRequest, StaleLookup } from "../../store/cacheLookup.js";
import type { HttpCache } from "../../store/httpCache.js";
import type { Answer } from "../answer.js";
import { noAnswerYet, notSent } from "../answer.js";
import type { Background } from "../background.js";
import { Errand } from "../errand.js";
import { FETCH_DEFAULTS } from "../fetchDefaults.js";
import { isRedirect } from "../redirect.js";
import type { Next, Step, StepRequest } from "../step.js";

/** Opens the cache when it is first needed. */
export type OpenCache = () => Promise<HttpCache>;

/** Statuses for which something that is stored may be served instead. */
const FAILING: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/**
 * Serves what is stored and still good, asks whether it is where that is in doubt, and stores what may be. Where there is a
 * background, what may be served while it is asked for again is served, and asked for there.
 */
export function cache(open: OpenCache, background?: Background): Step {
  return async (request, next) => {
    const store = await open();
    // What Chromium makes of a page is no answer of a server.
    if (request.rung.vehicle === "chromium") return next(request);
    const key = keyOf(request);
    const found = store.lookup(key);
    if (found.state === "fresh" || found.state === "offline") return served(request, found.response, found.state);
    if (found.state === "miss" && !found.mayAsk) {
      return notSent(request.url, {
        outcome: "not-cached",
        code: "NOT_CACHED",
        message: `The cache is asked and nobody else, and ${found.reason}`,
      });
    }
    const stale = found.state === "stale" ? found : undefined;
    const meanwhile = stale === undefined || background === undefined ? undefined : store.staleWhileRevalidate(stale);
    if (stale !== undefined && meanwhile !== undefined) {
      background?.tryStart(`revalidate ${stale.row.id}`, () => revalidate(request, next, { store, stale, key }));
      return served(request, meanwhile, "stale");
    }
    const requestedAt = Date.now();
    const answer = await next(stale === undefined ? request : asking(request, stale));
    const instead = stale === undefined ? undefined : fromStale(store, stale, { answer, requestedAt });
    if (instead !== undefined) return served(request, instead.response, instead.how, answer);
    // The 304 was about something else than what is stored: so the whole page is needed.
    if (answer.status === 304 && stale !== undefined) return next(request);
    keep(store, key, { answer, requestedAt });
    return answer;
  };
}

/** Asks again for what was served already, politely and within the same limits as a page. Nobody waits for it. */
async function revalidate(
  request: StepRequest,
  next: Next,
  { store, stale, key }: { store: HttpCache; stale: StaleLookup; key: CacheRequest },
): Promise<void> {
  const { settings, page } = request.errand;
  // What is to be stored has to be in memory.
  const own = { ...settings, saveTo: undefined, maxBytes: Math.min(settings.maxBytes, FETCH_DEFAULTS.maxBytes) };
  const alone = { ...request, errand: new Errand(page, own) };
  await cancelScope(
    async () => {
      let requestedAt = Date.now();
      let answer = await next(asking(alone, stale));
      if (answer.status === 304) {
        if (store.refresh(stale, answer, { requestedAt }) !== undefined) return;
        requestedAt = Date.now();
        answer = await next(alone);
      }
      keep(store, key, { answer, requestedAt });
    },
    settings.deadline === Infinity ? {} : { timeout: settings.deadline },
  );
}

function keyOf({ method, url, headers, session }: StepRequest): CacheRequest {
  return { method, url, headers, partition: session?.id };
}

function asking(request: StepRequest, stale: StaleLookup): StepRequest {
  return { ...request, headers: { ...request.headers, ...stale.validators } };
}

interface Came {
  readonly answer: Answer;
  readonly requestedAt: number;
}

function fromStale(
  store: HttpCache,
  stale: StaleLookup,
  { answer, requestedAt }: Came,
): { response: CachedResponse; how: "revalidated" | "stale" } | undefined {
  if (answer.status === 304) {
    const response = store.refresh(stale, answer, { requestedAt });
    return response === undefined ? undefined : { response, how: "revalidated" };
  }
  const hasFailed = answer.status === null ? answer.failure !== null : FAILING.has(answer.status);
  const response = hasFailed ? store.staleIfError(stale) : undefined;
  return response === undefined ? undefined : { response, how: "stale" };
}

function keep(store: HttpCache, key: CacheRequest, { answer, requestedAt }: Came): void {
  const { status, headers, body, failure, location } = answer;
  if (status === null || failure !== null) return;
  store.invalidate(key, { status, headers });
  const whole = body ?? (location === undefined ? undefined : new Uint8Array(0));
  // It was decompressed, and is stored so.
  const { "content-encoding": _, "content-length": __, ...kept } = headers;
  if (whole !== undefined) store.store(key, { status, headers: kept, body: whole }, { requestedAt });
}

function served(
  request: StepRequest,
  response: CachedResponse,
  how: NonNullable<Answer["cached"]>,
  asked?: Answer,
): Answer {
  const { status, headers, body } = response;
  const answer = noAnswerYet(request.url);
  const location = headers["location"];
  const leads = isRedirect(status, location);
  Object.assign(answer, { status, headers, cached: how, bytes: body.length, startedAt: asked?.startedAt ?? null });
  answer.wireBytes = asked?.wireBytes ?? 0;
  if (leads) answer.location = location;
  else answer.body = body;
  request.errand.current = answer;
  return answer;
}
