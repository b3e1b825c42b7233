// ── One page ────────────────────────────────────────────────────────────────────────────────────────────
export { getPage } from "./fetcher/getPage.js";
export { getHtml } from "./fetcher/getHtml.js";
export type { PageOptions } from "./fetcher/pageOptions.js";
export type { SavedSession, SavedSessions } from "./sessions/savedSessions.js";
export type { SaveTo } from "./fetcher/saveTo.js";
export { Page } from "./fetcher/page.js";
export type { Attempt } from "./fetcher/ledger.js";

// ── Many pages ──────────────────────────────────────────────────────────────────────────────────────────
export { createFetcher, Fetcher } from "./fetcher/fetcher.js";
export type { FetcherCacheStats, FetcherStats, PageCounts } from "./fetcher/fetcherStats.js";
export type { FetcherOptions } from "./fetcher/fetcherOptions.js";
export { fetchAll } from "./fetcher/fetchAll.js";
export type { FetchAllOptions } from "./fetcher/fetchAll.js";
export type { PageRequest, StreamOptions } from "./fetcher/streamPages.js";
export { recordOf } from "./fetcher/record.js";
export type { FetchRecord } from "./fetcher/record.js";
export { FETCH_DEFAULTS } from "./fetcher/fetchDefaults.js";
export type { FetchProbe, RequestEvent } from "./fetcher/fetchProbe.js";

// ── For faces: command lines, services ──────────────────────────────────────────────────────────────────
export { checkPageOptions, optionFields } from "./fetcher/schema.js";
export type { OptionField } from "./fetcher/schema.js";
export { optionOfText } from "./fetcher/optionOfText.js";
export type { OptionKind, OptionMeta } from "./fetcher/optionField.js";
export { redact, redactHeaders } from "./ground/redact.js";

// ── Politeness ──────────────────────────────────────────────────────────────────────────────────────────
export { HostLimits } from "./politeness/hostLimits.js";
export type { Admission, AdmitOptions, HostLimitsOptions, HostLimitsStats } from "./politeness/hostLimits.js";
export { backoff } from "./politeness/backoff.js";
export type { BackoffOptions } from "./politeness/backoff.js";
export { retryAfter } from "./politeness/retryAfter.js";

// ── Travelling ──────────────────────────────────────────────────────────────────────────────────────────
export { COSTS } from "./fetcher/rung.js";
export type { Vehicle } from "./fetcher/rung.js";
export { UndiciTransport } from "./network/undiciTransport.js";
export type { UndiciTransportOptions } from "./network/undiciTransport.js";
export type { ResponseHeaders, Transport, TransportRequest, TransportResponse } from "./ground/transport.js";

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────
export { charsetOf, decodeText } from "./content/charset.js";
export type { Charset, CharsetSource } from "./content/charset.js";
export { decodeBody } from "./content/decode.js";
export type { DecodeOptions } from "./content/decode.js";

// ── Files ───────────────────────────────────────────────────────────────────────────────────────────────
export { bodyFileName } from "./content/bodyFileName.js";
export { PartialFile } from "./content/partialFile.js";

// ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────
export { OUTCOMES } from "./ground/outcome.js";
export type { Failure, Outcome } from "./ground/outcome.js";
export { classify } from "./ground/classify.js";
export type { Phase } from "./ground/classify.js";
export {
  FetchError,
  HostParkedError,
  MissingChromiumError,
  MissingPartError,
  OptionError,
  PageError,
  SaveError,
  StoreError,
} from "./ground/errors.js";
