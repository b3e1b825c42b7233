import { InvalidStateError } from "../ground/errors.js";
import { currentScope } from "../task/current.js";
import { VirtualClock } from "./virtualClock.js";

/**
 * Waits until all other tasks of the run are parked: until what can go on at the present moment has gone on. Time does not
 * pass. For a test that has to act in the middle: start a task, `settle()`, look what it waits for.
 *
 * Not a waiting call of the runtime: a cancellation does not interrupt it.
 *
 * @throws InvalidStateError outside of `virtualTime()`
 */
export async function settle(): Promise<void> {
  const { clock } = currentScope().runtime;
  if (clock instanceof VirtualClock) return clock.settle();
  throw new InvalidStateError("Cannot settle as the run's clock is not a virtual one: use virtualTime(() => test())");
}
