// For people who look at running programs. Less stable than the main door.

// ── What is under way ───────────────────────────────────────────────────────────────────────────────────
export { SNAPSHOT_SOURCE, takeSnapshot } from "./watch/snapshot.js";
export type { SnapshotOptions } from "./watch/snapshot.js";

export { AWAITS_SOURCE, CHEAP_HEAP, withAwaits } from "./watch/awaits.js";
export type { Awaits } from "./watch/awaits.js";

// ── What happened ───────────────────────────────────────────────────────────────────────────────────────
export { Recorder } from "./watch/recorder.js";
export type { RecorderOptions } from "./watch/recorder.js";
export { chromeEvents } from "./watch/chromeTrace.js";
export type { ChromeEvent } from "./watch/chromeTrace.js";
export { startTrace } from "./watch/traceRun.js";
export { addProbe } from "./watch/probes.js";

// ── The wire ────────────────────────────────────────────────────────────────────────────────────────────
export { WIRE_VERSION } from "./watch/wire.js";
export type {
  BlockedInfo,
  FrameInfo,
  HolderInfo,
  PrimitiveInfo,
  Snapshot,
  TaskInfo,
  WaitInfo,
  WorkerInfo,
} from "./watch/wire.js";

// ── What it means ───────────────────────────────────────────────────────────────────────────────────────
export { circlesIn, circleWords } from "./watch/circle.js";
export type { Circle } from "./watch/circle.js";
export { findingsIn, kindName } from "./watch/findings.js";
export type { Finding } from "./watch/findings.js";
export { legible } from "./watch/legible.js";
export { headline, treeText, workerHeadline } from "./watch/treeText.js";
export type { TreeOptions } from "./watch/treeText.js";
export {
  ageWords,
  doingWords,
  placeWords,
  primitiveName,
  SnapshotIndex,
  sitsAt,
  statsWords,
  waitingFor,
  waitWords,
} from "./watch/words.js";
