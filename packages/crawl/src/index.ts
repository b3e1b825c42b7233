// ── Fetching ────────────────────────────────────────────────────────────────────────────────────────────
export { fetchAll } from "./fetcher/fetchAll.js";
export type { FetchAllOptions } from "./fetcher/fetchAll.js";
export { PageFetcher } from "./fetcher/pageFetcher.js";
export type { PageFetcherOptions, PageFetcherStats } from "./fetcher/pageFetcher.js";
export { fetchPage } from "./fetcher/fetchPage.js";
export type { FetchOptions } from "./fetcher/fetchOptions.js";
export { FETCH_DEFAULTS } from "./fetcher/fetchDefaults.js";
export type { FetchRecord } from "./fetcher/fetchRecord.js";
export type { FetchProbe, RequestEvent } from "./fetcher/fetchProbe.js";

// ── Politeness ──────────────────────────────────────────────────────────────────────────────────────────
export { HostLimits } from "./politeness/hostLimits.js";
export type { Admission, AdmitOptions, HostLimitsOptions, HostLimitsStats } from "./politeness/hostLimits.js";
export { backoff } from "./politeness/backoff.js";
export type { BackoffOptions } from "./politeness/backoff.js";
export { retryAfter } from "./politeness/retryAfter.js";

// ── Travelling ──────────────────────────────────────────────────────────────────────────────────────────
export { UndiciTransport } from "./network/undiciTransport.js";
export type { UndiciTransportOptions } from "./network/undiciTransport.js";
export type { ResponseHeaders, Transport, TransportRequest, TransportResponse } from "./ground/transport.js";

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────
export { charsetOf, decodeText } from "./fetcher/charset.js";
export type { Charset, CharsetSource } from "./fetcher/charset.js";
export { decodeBody } from "./fetcher/decode.js";
export type { DecodeOptions } from "./fetcher/decode.js";

// ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────
export { OUTCOMES } from "./ground/outcome.js";
export type { Failure, Outcome } from "./ground/outcome.js";
export { classify } from "./ground/classify.js";
export type { Phase } from "./ground/classify.js";
export { FetchError, HostParkedError } from "./ground/errors.js";
