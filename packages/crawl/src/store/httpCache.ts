import { checkCount, checkMethods, invalid } from "../ground/check.js";
import { StoreError } from "../ground/errors.js";
import type { ResponseHeaders } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";
import { urlOf } from "../ground/urlOf.js";
import { cacheControl } from "./cacheControl.js";
import { CacheFreshness } from "./cacheFreshness.js";
import type { Selection } from "./cacheHeaders.js";
import { keptHeaders, refreshedHeaders, selectionOf, selects } from "./cacheHeaders.js";
import type { CachedResponse, CacheLookup, CacheRequest, StaleLookup } from "./cacheLookup.js";
import {
  bypassReason,
  checkRequest,
  isAuthorized,
  isUsable,
  mayServeMeanwhile,
  mayServeOnError,
  refusalReason,
  urlKey,
  validatorsOf,
} from "./cacheRules.js";
import type { CacheRow } from "./cacheTable.js";
import { CacheTable } from "./cacheTable.js";
import type { Database } from "./database.js";
import type { HttpCacheOptions } from "./httpCacheOptions.js";
import { cacheSettings } from "./httpCacheOptions.js";
import { openDatabase } from "./openDatabase.js";

export interface StoreResult {
  readonly stored: boolean;
  /** Why not. */
  readonly reason?: string;
}

export interface HttpCacheStats {
  /** Answers that were served without asking. */
  hits: number;
  /** Requests for which there was nothing to serve or to ask about. */
  misses: number;
  /** Answers that the server had to be asked about. */
  stale: number;
  /** Those of them that a 304 has confirmed. */
  revalidated: number;
  /** Those of them that were served all the same, as the server failed or while it was asked. */
  servedStale: number;
  /** Bytes of bodies that did not have to be sent again. */
  bytesSaved: number;
  stored: number;
  evicted: number;
  invalidated: number;
  /** What is in the file now, of all processes: answers, and their bytes. */
  entries: number;
  bytes: number;
}

/** What an answer that is not stored will do for. */
const PASSING: ReadonlySet<string> = new Set(["SQLITE_BUSY", "SQLITE_FULL"]);

const UNSAFE = /^(?!GET$|HEAD$|OPTIONS$|TRACE$)/;
/** Uses are noted together: to write for each would cost more than it is worth. */
const MOST_NOTES = 256;
const NOTHING = new Uint8Array(0);

/**
 * A cache of answers by RFC 9111, in SQLite: several processes may share its file, and one that is killed spoils nothing.
 * Whose part is what:
 *
 *      lookup()  ──fresh──▶  serve it
 *         │ ├────miss────▶  ask  ──▶  store()
 *         │ └────stale───▶  ask with validators  ──304──▶  refresh()
 *         │                                      ──2xx──▶  store()
 *         │                                      ──5xx, or no answer──▶  staleIfError()
 *         └─ after POST, PUT, DELETE …  invalidate()
 *
 * Nothing is stored that says so (`no-store`, `private`), nor what was given to somebody in particular: an answer to a
 * request with `authorization` or with cookies, unless it says that it is for all, or belongs to a partition. Cookies of an
 * answer are never stored; one that sets them is asked about each time.
 */
export class HttpCache implements Disposable {
  readonly #database: Database;
  readonly #table: CacheTable;
  readonly #settings: Required<HttpCacheOptions>;
  /** When answers were used, not yet written. */
  readonly #uses: Map<number, number> = new Map();
  readonly #counts: Omit<HttpCacheStats, "entries" | "bytes"> = {
    hits: 0,
    misses: 0,
    stale: 0,
    revalidated: 0,
    servedStale: 0,
    bytesSaved: 0,
    stored: 0,
    evicted: 0,
    invalidated: 0,
  };

  /** The database is closed with the cache. @throws InvalidArgumentError for an option that makes no sense */
  constructor(database: Database, options: HttpCacheOptions = {}) {
    const settings = cacheSettings("make a cache", options);
    checkMethods("make a cache", database, { what: "the database", methods: ["prepare", "transaction"] });
    this.#database = database;
    this.#table = new CacheTable(database);
    this.#settings = settings;
  }

  /**
   * Opens a cache in a file of its own, which is made if need be, or in ":memory:".
   *
   * If cancelled: as `openDatabase()`.
   *
   * @throws what `openDatabase()` throws, or InvalidArgumentError for an option that makes no sense
   */
  static async open(path: string, options: HttpCacheOptions = {}): Promise<HttpCache> {
    const database = await openDatabase(path);
    try {
      return new HttpCache(database, options);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Looks for an answer. @throws StoreError */
  lookup(request: CacheRequest): CacheLookup {
    checkRequest("look for an answer", request);
    const control = cacheControl(request.headers["cache-control"], request.headers["pragma"]);
    const mayAsk = !this.#settings.offline && !("only-if-cached" in control);
    const bypass = bypassReason(request, control);
    if (bypass !== undefined) return this.#miss(bypass, mayAsk);
    const rows = this.#table.find(urlKey(request.url), request.partition ?? "");
    const row = rows.find(({ selection }) => selects(JSON.parse(selection) as Selection, request.headers));
    const any = row ?? (this.#settings.offline ? rows[0] : undefined);
    if (any === undefined) {
      const reason = rows.length === 0 ? "nothing is stored" : "what is stored is for other request headers";
      return this.#miss(reason, mayAsk);
    }
    const body = this.#table.body(any.id);
    if (body === undefined) return this.#miss("nothing is stored", mayAsk);
    const headers = JSON.parse(any.headers) as Fields;
    const freshness = this.#freshness({ row: any, headers }, request);
    const response = responseOf(request, { status: any.status, headers, body, freshness });
    if (this.#settings.offline) return this.#hit("offline", any, response);
    if (isUsable(freshness, control)) return this.#hit("fresh", any, response);
    if (!mayAsk) return this.#miss("what is stored is stale", mayAsk);
    this.#counts.stale++;
    return {
      state: "stale",
      response,
      validators: validatorsOf(headers),
      mayServe: this.#settings.staleWhileRevalidate && mayServeMeanwhile(freshness, control),
      mayServeOnError: mayServeOnError(freshness, control, this.#settings.staleIfError),
      request,
      row: any,
    };
  }

  /**
   * Stores an answer, if it may be, in the place of an older one. `requestedAt` is when the request left, in milliseconds
   * since 1970; default now. The body is stored as it is given: compressed if the headers say so.
   *
   * @throws StoreError
   */
  store(
    request: CacheRequest,
    response: { readonly status: number; readonly headers: ResponseHeaders; readonly body: Uint8Array },
    options: { requestedAt?: number } = {},
  ): StoreResult {
    const doing = "store an answer";
    checkRequest(doing, request);
    checkCount(doing, response.status, { what: "the status", least: 100, most: 999 });
    if (!(response.body instanceof Uint8Array)) throw invalid(doing, "the body must be a Uint8Array", response.body);
    const requestedAt = Math.round(options.requestedAt ?? this.#settings.wallClock());
    const headers = keptHeaders(response.headers);
    const selection = selectionOf(headers["vary"], request.headers);
    const facts = {
      status: response.status,
      headers,
      requestedAt,
      hadAuthorization: isAuthorized(request),
      setsCookies: response.headers["set-cookie"] !== undefined,
      isShared: request.partition === undefined,
    };
    const freshness = new CacheFreshness(facts, this.#settings.wallClock());
    const reason =
      refusalReason(request, freshness, { selection, isShared: facts.isShared }) ??
      (response.body.length > this.#settings.maxBodyBytes ? "the body is larger than maxBodyBytes" : undefined);
    if (reason !== undefined) return { stored: false, reason };
    const entry = {
      key: urlKey(request.url),
      partition: request.partition ?? "",
      selection: JSON.stringify(selection),
      headers: JSON.stringify(headers),
      status: facts.status,
      requestedAt,
      hadAuthorization: facts.hadAuthorization,
      setsCookies: facts.setsCookies,
      usedAt: this.#settings.wallClock(),
      body: response.body,
    };
    try {
      this.#writeUses();
      this.#table.put(entry);
      this.#counts.stored++;
      this.#evict();
      return { stored: true };
    } catch (error) {
      // A full disk, or another process that writes for long, is no reason to lose the answer.
      if (!(error instanceof StoreError) || !PASSING.has(error.code)) throw error;
      return { stored: false, reason: error.message };
    }
  }

  /**
   * The server has answered 304 to a request with the validators: brings what is stored up to date, and returns it.
   * Undefined when the 304 is about another version, which is removed: then it is to be asked for without validators.
   *
   * @throws StoreError
   */
  refresh(
    lookup: StaleLookup,
    response: { readonly headers: ResponseHeaders },
    options: { requestedAt?: number } = {},
  ): CachedResponse | undefined {
    if (lookup?.state !== "stale") throw invalid("refresh an answer", "it must be a stale lookup", lookup);
    const { row, request } = lookup;
    const old = JSON.parse(row.headers) as Fields;
    const tag = headerOf(response.headers, "etag");
    if (tag !== undefined && old["etag"] !== undefined && opaque(tag) !== opaque(old["etag"])) {
      this.#table.remove(row.id);
      return undefined;
    }
    const headers = refreshedHeaders(old, response.headers);
    const requestedAt = Math.round(options.requestedAt ?? this.#settings.wallClock());
    if ("no-store" in cacheControl(headers["cache-control"])) this.#table.remove(row.id);
    else this.#table.refresh(row.id, JSON.stringify(headers), { requestedAt, usedAt: this.#settings.wallClock() });
    const freshness = this.#freshness({ row: { ...row, requested_at: requestedAt }, headers }, request);
    const { body } = lookup.response;
    this.#counts.revalidated++;
    this.#counts.bytesSaved += body.length;
    return responseOf(request, { status: row.status, headers, body, freshness });
  }

  /**
   * The server has failed: with a 500, 502, 503 or 504, or without an answer. Returns what is to be served in its place,
   * if that is allowed.
   */
  staleIfError(lookup: StaleLookup): CachedResponse | undefined {
    return lookup.mayServeOnError ? this.#serveStale(lookup) : undefined;
  }

  /** What is to be served at once while it is asked for again, if that is allowed. */
  staleWhileRevalidate(lookup: StaleLookup): CachedResponse | undefined {
    return lookup.mayServe ? this.#serveStale(lookup) : undefined;
  }

  /**
   * To be called after a request that may have changed something (any but GET, HEAD, OPTIONS and TRACE): unless it failed,
   * what is stored for its URL, and for those of the same origin that the answer names, is removed. Returns how many
   * answers that were. For other methods nothing is done.
   *
   * @throws StoreError
   */
  invalidate(request: CacheRequest, response: { readonly status: number; readonly headers: ResponseHeaders }): number {
    checkRequest("invalidate answers", request);
    const { url, method } = request;
    if (!UNSAFE.test(method) || response.status < 200 || response.status >= 400) return 0;
    const urls = [url];
    for (const name of ["location", "content-location"]) {
      const target = headerOf(response.headers, name);
      const named = target === undefined ? undefined : urlOf(target, url);
      if (named?.origin === url.origin) urls.push(named);
    }
    const removed = this.#table.removeAll([...new Set(urls.map(urlKey))]);
    this.#counts.invalidated += removed;
    return removed;
  }

  /** Removes what is stored for a URL, and says how many answers that were. @throws StoreError */
  delete(url: URL): number {
    if (!(url instanceof URL)) throw invalid("remove answers", "the url must be a URL", url);
    return this.#table.removeAll([urlKey(url)]);
  }

  /** Removes everything. @throws StoreError */
  clear(): void {
    this.#table.clear();
  }

  stats(): HttpCacheStats {
    return { ...this.#counts, ...this.#table.total() };
  }

  close(): void {
    try {
      this.#writeUses();
    } finally {
      this.#database.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #miss(reason: string, mayAsk: boolean): CacheLookup {
    this.#counts.misses++;
    return { state: "miss", reason, mayAsk };
  }

  #hit(state: "fresh" | "offline", row: CacheRow, response: CachedResponse): CacheLookup {
    this.#counts.hits++;
    this.#counts.bytesSaved += response.body.length;
    this.#uses.set(row.id, this.#settings.wallClock());
    if (this.#uses.size >= MOST_NOTES) this.#writeUses();
    return { state, response };
  }

  #serveStale(lookup: StaleLookup): CachedResponse {
    this.#counts.servedStale++;
    this.#counts.bytesSaved += lookup.response.body.length;
    this.#uses.set(lookup.row.id, this.#settings.wallClock());
    return lookup.response;
  }

  /** That another process is writing is no reason to fail: then it is known a little worse what is used. */
  #writeUses(): void {
    if (this.#uses.size === 0) return;
    try {
      this.#table.use(this.#uses);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "SQLITE_BUSY") throw error;
    }
    this.#uses.clear();
  }

  /** Down to a little less than the most, so that not every answer that is stored has to make room. */
  #evict(): void {
    if (this.#table.total().bytes > this.#settings.maxBytes) {
      this.#counts.evicted += this.#table.shrink(Math.floor(this.#settings.maxBytes * 0.95));
    }
  }

  #freshness({ row, headers }: { row: CacheRow; headers: Fields }, request: CacheRequest): CacheFreshness {
    const facts = {
      status: row.status,
      headers,
      requestedAt: row.requested_at,
      hadAuthorization: row.had_authorization === 1,
      setsCookies: row.sets_cookies === 1,
      isShared: request.partition === undefined,
    };
    return new CacheFreshness(facts, this.#settings.wallClock());
  }
}

type Fields = Readonly<Record<string, string>>;

function responseOf(
  { method }: CacheRequest,
  stored: { status: number; headers: Fields; body: Uint8Array; freshness: CacheFreshness },
): CachedResponse {
  const { status, body, freshness } = stored;
  const { age } = freshness;
  const headers = { ...stored.headers, age: String(Math.floor(age / 1000)) };
  return { status, headers, body: method === "HEAD" ? NOTHING : body, age, isStale: !freshness.isFresh };
}

/** An entity tag without the mark that it is a weak one. */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//i, "");
}
