// ── Running ─────────────────────────────────────────────────────────────────────────────────────────────
export { run } from "./task/run.js";
export type { RunOptions } from "./task/run.js";
export { createTask } from "./task/createTask.js";
export type { TaskOptions } from "./task/createTask.js";
export { currentTask } from "./task/task.js";
export type { Task, TaskState } from "./task/task.js";
export { allTasks } from "./task/allTasks.js";
export type { OnError } from "./task/report.js";

// ── Waiting ─────────────────────────────────────────────────────────────────────────────────────────────
export { sleep } from "./primitives/sleep.js";
export { checkpoint } from "./primitives/checkpoint.js";
export { now } from "./primitives/now.js";
export { cancellable } from "./primitives/cancellable.js";
export { withSignal } from "./primitives/withSignal.js";

// ── Between tasks ───────────────────────────────────────────────────────────────────────────────────────
export { Semaphore } from "./primitives/semaphore.js";
export type { Permit, SemaphoreOptions, SemaphoreStats } from "./primitives/semaphore.js";
export { Queue } from "./primitives/queue.js";
export type { QueueStats } from "./primitives/queue.js";

// ── Scopes ──────────────────────────────────────────────────────────────────────────────────────────────
export { cancelScope } from "./groups/cancelScope.js";
export type { CancelScope, CancelScopeOptions } from "./groups/cancelScope.js";
export { timeout, timeoutAt } from "./groups/timeout.js";
export { moveOnAfter } from "./groups/moveOnAfter.js";
export { shield } from "./groups/shield.js";
export type { ShieldOptions } from "./groups/shield.js";

// ── Groups ──────────────────────────────────────────────────────────────────────────────────────────────
export { taskGroup } from "./groups/taskGroup.js";
export type { TaskGroup, TaskGroupOptions, TaskGroupState } from "./groups/taskGroup.js";
export type { Ready } from "./groups/starter.js";
export { gather } from "./groups/gather.js";
export type { Gatherable, Gathered, GatherOptions } from "./groups/gather.js";

// ── Iterating ───────────────────────────────────────────────────────────────────────────────────────────
export { mapConcurrent } from "./iteration/mapConcurrent.js";
export type { ConcurrentResults, MapConcurrentOptions } from "./iteration/mapConcurrent.js";

// ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────
export {
  CancelledError,
  DeadlockError,
  HeddleError,
  InvalidArgumentError,
  InvalidStateError,
  isCancelled,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  ShutdownTimeoutError,
  TaskGroupError,
  TimeoutError,
} from "./ground/errors.js";
