import type { Clock, Scheduler } from "../ground/clock.js";

/** What all scopes of one run share. */
export interface Runtime {
  readonly clock: Clock;
  /** Decides in which order what is ready goes on; null where the order is that of the promise jobs. For `explore()`. */
  readonly scheduler: Scheduler | null;
  /** The `TaskOwner` in which `createTask()` puts its tasks: the run itself, or the root when there is none. */
  background: object | null;
  /** Receives every error that no caller is left to receive (rule T5). Never throws. */
  report(error: unknown, task: object | null): void;
}
