// ── Serving ─────────────────────────────────────────────────────────────────────────────────────────────
export { serve } from "./serve.js";
export type { ServeOptions } from "./serveOptions.js";

// ── As a part of something else ─────────────────────────────────────────────────────────────────────────
export { makeService, SERVICE_DEFAULTS } from "./service.js";
export type { ServiceOptions } from "./service.js";
export { FORMATS } from "./format.js";
export type { Format } from "./format.js";

// ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────
export { RequestRefusedError } from "./errors.js";
