import { SystemClock } from "../ground/systemClock.js";
import { setUsualClock } from "./calm.js";
import { setRoot } from "./current.js";
import { Nursery } from "./nursery.js";
import { printError, reportTo } from "./report.js";
import { Scope } from "./scope.js";
import type { Task } from "./task.js";
import { reportUnlessHeard } from "./unheard.js";

/**
 * Makes the root: the scope of all work that no `run()` surrounds, so that every call works in any async function of an
 * existing program. It never ends. Of two copies of the library the first one's root serves both.
 */
function makeRoot(): Scope {
  const clock = new SystemClock();
  setUsualClock(clock);
  const scope = new Scope(
    null,
    {
      clock,
      scheduler: null,
      background: null,
      report: (error, task) => reportTo(printError, error, (task as Task<unknown> | null) ?? undefined),
    },
    null,
  );
  scope.runtime.background = new Nursery(scope, (task, awaited) => {
    if (task.state === "failed" && !awaited) reportUnlessHeard(task);
  });
  return scope;
}

setRoot(makeRoot);
