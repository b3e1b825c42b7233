import { invalid } from "../ground/check.js";
import type { CacheControl } from "./cacheControl.js";
import { cacheControl, durationOf } from "./cacheControl.js";
import type { CacheFreshness } from "./cacheFreshness.js";
import type { Selection } from "./cacheHeaders.js";
import { keyOf } from "./cacheHeaders.js";
import type { CacheRequest } from "./cacheLookup.js";

export function checkRequest(doing: string, request: CacheRequest): void {
  const { method, url, headers, partition } = request;
  if (!(url instanceof URL)) throw invalid(doing, "the url must be a URL", url);
  if (typeof method !== "string" || !/^[A-Z]+$/.test(method)) {
    throw invalid(doing, "the method must be in capital letters", method);
  }
  if (typeof headers !== "object" || headers === null) throw invalid(doing, "the headers must be an object", headers);
  if (partition !== undefined && (typeof partition !== "string" || partition === "")) {
    throw invalid(doing, "the partition must be a name", partition);
  }
}

/** Of a URL without its fragment and its credentials. */
export function urlKey(url: URL): string {
  const bare = new URL(url);
  bare.hash = "";
  bare.username = "";
  bare.password = "";
  return keyOf(bare.href);
}

export function isAuthorized({ url, headers }: CacheRequest): boolean {
  return headers["authorization"] !== undefined || url.username !== "" || url.password !== "";
}

/** Requests that a cache has no answer for, whatever it has stored. */
export function bypassReason({ method, headers }: CacheRequest, control: CacheControl): string | undefined {
  if (method !== "GET" && method !== "HEAD") return `${method} is not answered from a cache`;
  if (headers["range"] !== undefined) return "the request is for a part";
  if ("no-store" in control) return "the request says no-store";
  const own = ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range"];
  return own.some((name) => headers[name] !== undefined) ? "the request has conditions of its own" : undefined;
}

/** Why an answer must not be stored, or would be stored in vain. */
export function refusalReason(
  request: CacheRequest,
  freshness: CacheFreshness,
  { selection, isShared }: { selection: Selection | undefined; isShared: boolean },
): string | undefined {
  const { method, headers } = request;
  const { control } = freshness;
  if (method !== "GET") return `answers to ${method} are not stored`;
  if (headers["range"] !== undefined) return "the request is for a part";
  if ("no-store" in cacheControl(headers["cache-control"])) return "the request says no-store";
  if ("no-store" in control) return "the answer says no-store";
  if (isShared && "private" in control) return "the answer says private";
  const isForAll = "public" in control || "s-maxage" in control;
  if (isShared && isAuthorized(request) && !isForAll && !("must-revalidate" in control)) {
    return "the request had credentials, and the answer does not say that it is for all";
  }
  if (selection === undefined) return "the answer says that it depends on everything (Vary: *)";
  if (isShared && headers["cookie"] !== undefined && !isForAll && !("cookie" in selection)) {
    return "the request had cookies, and the answer does not say that it is for all";
  }
  return freshness.isStorable ? undefined : "the answer is of a kind that is not stored";
}

/** Whether an answer may be served without asking, by what it says and what the request says (section 5.2.1). */
export function isUsable(freshness: CacheFreshness, control: CacheControl): boolean {
  if ("no-cache" in control) return false;
  const { age, lifetime } = freshness;
  const maxAge = durationOf(control, "max-age");
  if (maxAge !== undefined && age > maxAge) return false;
  const minFresh = durationOf(control, "min-fresh");
  if (minFresh !== undefined && lifetime - age < minFresh) return false;
  if (freshness.isFresh) return true;
  if (!("max-stale" in control) || freshness.mustRevalidate) return false;
  return control["max-stale"] === true || freshness.staleness <= (durationOf(control, "max-stale") ?? 0);
}

export function validatorsOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const validators: Record<string, string> = {};
  if (headers["etag"] !== undefined) validators["if-none-match"] = headers["etag"];
  if (headers["last-modified"] !== undefined) validators["if-modified-since"] = headers["last-modified"];
  return validators;
}

/** Whether a stale answer may be served while it is asked for again (RFC 5861, section 3). */
export function mayServeMeanwhile(freshness: CacheFreshness, control: CacheControl): boolean {
  if (freshness.mustRevalidate || "no-cache" in control) return false;
  return freshness.staleness < (durationOf(freshness.control, "stale-while-revalidate") ?? 0);
}

/** Whether it may be served when the server fails (section 4): as the answer, the request or the options say. */
export function mayServeOnError(freshness: CacheFreshness, control: CacheControl, staleIfError: number): boolean {
  if (freshness.mustRevalidate) return false;
  const ofAnswer = durationOf(freshness.control, "stale-if-error") ?? 0;
  return freshness.staleness < Math.max(staleIfError, ofAnswer, durationOf(control, "stale-if-error") ?? 0);
}
