import type { Clock } from "../ground/clock.js";

/** What all scopes of one run share. */
export interface Runtime {
  readonly clock: Clock;
  /** The `TaskOwner` in which `createTask()` puts its tasks: the run itself, or the root when there is none. */
  background: object | null;
  /** Receives every error that no caller is left to receive (rule T5). Never throws. */
  report(error: unknown, task: object | null): void;
}
