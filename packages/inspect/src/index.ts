// ── Looking into a running program ──────────────────────────────────────────────────────────────────────
export { Attachment, attach } from "./attach/attach.js";
export type { SnapshotRequest } from "./attach/thread.js";

// ── Showing it ──────────────────────────────────────────────────────────────────────────────────────────
export { psText } from "./view/psText.js";
export type { PsOptions } from "./view/psText.js";
export { doctorFindings, doctorText } from "./view/doctorText.js";
export type { HotSpot, LoopWatch } from "./attach/hotSpot.js";
export { selectedTask, TOP_START, topNext } from "./view/topState.js";
export type { TopMessage, TopSort, TopState } from "./view/topState.js";
export { topScreen } from "./view/topScreen.js";
export type { Screen } from "./view/topScreen.js";

export { readTimeline } from "./view/timeline.js";
export type { Timeline, TimelineKind, TimelineSlice, TimelineTask, TimelineWake } from "./view/timeline.js";
export { timelineSvg } from "./view/timelineSvg.js";
export type { TimelineSvgOptions } from "./view/timelineSvg.js";
export { timelineHtml } from "./view/timelineHtml.js";

// ── Should it be async? ─────────────────────────────────────────────────────────────────────────────────
export { compareJobs } from "./compare/measure.js";
export type { CompareOptions, Comparison, Run, Way } from "./compare/measure.js";
export { adviceOn, speedUp } from "./compare/advice.js";
export type { Advice } from "./compare/advice.js";
export { compareText } from "./compare/compareText.js";
export { compareSvg } from "./compare/compareSvg.js";

// ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────
export { CannotAttachError, CannotLoadError, CannotReadTraceError, JobFailedError, ProtocolError } from "./errors.js";
export type { AttachFailure } from "./errors.js";
