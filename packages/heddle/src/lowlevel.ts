// For people who write primitives of their own, or watch the runtime. Less stable than the main door.

// ── Waiting ─────────────────────────────────────────────────────────────────────────────────────────────
export { breath, park, throwIfCancelled, WaitList } from "./task/park.js";
export type { Waiter } from "./task/park.js";
export { onCancel } from "./task/onCancel.js";

// ── The tree ────────────────────────────────────────────────────────────────────────────────────────────
export { currentScope } from "./task/current.js";
export { outsideRuns } from "./task/outsideRuns.js";
export type { Runtime } from "./task/runtime.js";
export type { Scope } from "./task/scope.js";
export { setProbe } from "./task/probe.js";
export type { Probe, ResumedHow } from "./task/probe.js";
export { setDebug } from "./task/debug.js";

// ── Time ────────────────────────────────────────────────────────────────────────────────────────────────
export type { Clock } from "./ground/clock.js";
export type { Timer } from "./ground/timers.js";
