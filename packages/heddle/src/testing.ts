// For tests of programs that use Heddle.

// ── Time that does not pass ─────────────────────────────────────────────────────────────────────────────
export { virtualTime } from "./testing/virtualTime.js";
export { VirtualClock } from "./testing/virtualClock.js";
export type { VirtualClockOptions } from "./testing/virtualClock.js";
export { settle } from "./testing/settle.js";

// ── Every order that could happen ───────────────────────────────────────────────────────────────────────
export { explore, ExploreError } from "./testing/explore.js";
export type { ExploreOptions, ExploreReport } from "./testing/explore.js";
export type { Step } from "./testing/exploreClock.js";
export { sequencer } from "./testing/sequencer.js";
export type { Sequencer } from "./testing/sequencer.js";

// ── What must be true of every program and every primitive ──────────────────────────────────────────────
export { leakCheck, LeakError } from "./testing/leakCheck.js";
export { assertCheckpoints, assertNoCheckpoints } from "./testing/assertCheckpoints.js";

// ── What implementations of a contract promise: for any test runner ─────────────────────────────────────
export type { ConformanceCase } from "./testing/conformance/case.js";
export { lockLikeCases } from "./testing/conformance/lockLikeCases.js";
export type { LockLike } from "./testing/conformance/lockLike.js";
export { channelLikeCases } from "./testing/conformance/channelLikeCases.js";
export type { ChannelLike, ChannelLikeOptions, ItemOrder } from "./testing/conformance/channelLike.js";
export { clockCases } from "./testing/conformance/clockCases.js";
export type { ClockUnderTest } from "./testing/conformance/clockCases.js";
