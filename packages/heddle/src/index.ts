// ── Running ─────────────────────────────────────────────────────────────────────────────────────────────
export { run } from "./task/run.js";
export type { RunOptions } from "./task/run.js";
export type { DebugOptions, WatchOptions } from "./watch/watchRun.js";
export { createTask } from "./task/createTask.js";
export type { TaskOptions } from "./task/createTask.js";
export { currentTask } from "./task/task.js";
export type { Task, TaskState } from "./task/task.js";
export { allTasks } from "./task/allTasks.js";
export type { OnError } from "./task/report.js";
export { TaskLocal } from "./task/taskLocal.js";
export { named } from "./task/watchable.js";

// ── Waiting ─────────────────────────────────────────────────────────────────────────────────────────────
export { sleep } from "./primitives/sleep.js";
export { checkpoint } from "./primitives/checkpoint.js";
export { now } from "./primitives/now.js";
export { cancellable } from "./primitives/cancellable.js";
export { withSignal } from "./primitives/withSignal.js";

// ── Between tasks: taking turns ─────────────────────────────────────────────────────────────────────────
export { Lock } from "./primitives/lock.js";
export type { LockState, LockStats } from "./primitives/lock.js";
export { RWLock } from "./primitives/rwLock.js";
export type { RWLockStats } from "./primitives/rwLock.js";
export { Semaphore } from "./primitives/semaphore.js";
export type { Permit, SemaphoreOptions, SemaphoreStats } from "./primitives/semaphore.js";
export { CapacityLimiter } from "./primitives/capacityLimiter.js";
export type { CapacityLimiterStats } from "./primitives/capacityLimiter.js";
export { RateLimiter } from "./primitives/rateLimiter.js";
export type { RateLimiterOptions, RateLimiterStats } from "./primitives/rateLimiter.js";
export type { Guard } from "./primitives/guard.js";

// ── Between tasks: waiting for each other ───────────────────────────────────────────────────────────────
export { Event } from "./primitives/event.js";
export type { EventStats } from "./primitives/event.js";
export { Condition } from "./primitives/condition.js";
export type { ConditionStats } from "./primitives/condition.js";
export { Barrier } from "./primitives/barrier.js";
export type { BarrierState, BarrierStats } from "./primitives/barrier.js";
export { Future } from "./primitives/future.js";
export type { FutureOptions, FutureState, FutureStats } from "./primitives/future.js";

// ── Between tasks: handing things over ──────────────────────────────────────────────────────────────────
export { Queue } from "./primitives/queue.js";
export type { QueueStats } from "./primitives/queue.js";
export { PriorityQueue } from "./primitives/priorityQueue.js";
export type { Priority, PriorityQueueOptions } from "./primitives/priorityQueue.js";
export { LifoQueue } from "./primitives/lifoQueue.js";
export { openChannel } from "./primitives/channel.js";
export type { Receiver, Sender } from "./primitives/channel.js";
export type { ChannelStats } from "./primitives/pipe.js";

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
export type { GatherOptions } from "./groups/gather.js";
export type { Gatherable, Gathered } from "./groups/jobs.js";
export { supervise } from "./groups/supervise.js";
export type { ChildSpec, SuperviseOptions } from "./groups/supervise.js";
export { Runner } from "./groups/runner.js";
export type { RunnerState } from "./groups/runner.js";
export { requestScope } from "./groups/requestScope.js";
export type { RequestLike, ResponseLike } from "./groups/requestScope.js";

// ── Of several ──────────────────────────────────────────────────────────────────────────────────────────
export { race } from "./groups/race.js";
export type { RaceOptions } from "./groups/race.js";
export { firstSuccess } from "./groups/firstSuccess.js";
export type { FirstSuccessOptions } from "./groups/firstSuccess.js";
export { wait } from "./groups/wait.js";
export type { WaitOptions, WaitResult } from "./groups/wait.js";
export { asCompleted } from "./groups/asCompleted.js";
export type { AsCompletedOptions, Completion } from "./groups/asCompleted.js";

// ── Again and again ─────────────────────────────────────────────────────────────────────────────────────
export { retry } from "./groups/retry.js";
export type { RetryOptions } from "./groups/retry.js";
export type { BackoffOptions } from "./groups/backoff.js";
export { every } from "./groups/every.js";
export type { EveryOptions, Round } from "./groups/every.js";

// ── Iterating ───────────────────────────────────────────────────────────────────────────────────────────
export { mapConcurrent } from "./iteration/mapConcurrent.js";
export type { ConcurrentResults, MapConcurrentOptions } from "./iteration/mapConcurrent.js";
export { forEachConcurrent } from "./iteration/forEachConcurrent.js";
export type { ForEachConcurrentOptions } from "./iteration/forEachConcurrent.js";
export { filterConcurrent } from "./iteration/filterConcurrent.js";
export { merge } from "./iteration/merge.js";
export { take } from "./iteration/take.js";
export { buffer } from "./iteration/buffer.js";
export { batch } from "./iteration/batch.js";
export type { BatchOptions } from "./iteration/batch.js";
export { throttle } from "./iteration/throttle.js";
export type { ThrottleOptions } from "./iteration/throttle.js";
export { fromEvents } from "./iteration/fromEvents.js";
export type { FromEventsOptions } from "./iteration/fromEvents.js";
export type { EmitterLike, EventName, EventSource, EventStream, TargetLike } from "./iteration/eventStream.js";
export type { Source } from "./iteration/source.js";

// ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────
export {
  AllFailedError,
  BrokenBarrierError,
  BrokenChannelError,
  CancelledError,
  ClosedError,
  DeadlockError,
  EndOfChannelError,
  ErrorEventError,
  EventOverflowError,
  HeddleError,
  InvalidArgumentError,
  InvalidStateError,
  isCancelled,
  LockBrokenError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  RestartLimitError,
  ShutdownTimeoutError,
  TaskGroupError,
  TimeoutError,
} from "./ground/errors.js";
