// ── Serving ─────────────────────────────────────────────────────────────────────────────────────────────
export { serve } from "./serve.js";
export type { ServeOptions } from "./serve.js";

// ── As a part of something else ─────────────────────────────────────────────────────────────────────────
export { makeService } from "./service.js";
export type { ServiceOptions } from "./service.js";

// ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────
export { RequestRefusedError } from "./errors.js";
