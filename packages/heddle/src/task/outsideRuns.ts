import { checkFunction } from "../ground/check.js";
import { rootScope, runIn } from "./current.js";
import "./root.js";

/**
 * Calls `fn` as if no `run()` were around it: what it creates in the background belongs to the process. For what several runs
 * share, and what the end of the first must not end for the others. Nobody cancels it, and nobody ends it but whoever has
 * called this.
 *
 * @throws InvalidArgumentError if `fn` is no function
 */
export function outsideRuns<T>(fn: () => T): T {
  checkFunction("leave all runs", fn, "outsideRuns(() => createTask(() => work()))");
  return runIn<null, T>(rootScope(), fn, null);
}
