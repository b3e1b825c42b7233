import { checkFunction, checkOptions } from "../ground/check.js";
import { InvalidArgumentError } from "../ground/errors.js";
import type { Task } from "../task/task.js";
import { Contest } from "./contest.js";
import type { Gatherable, Gathered } from "./jobs.js";
import { splitArguments, toJob } from "./jobs.js";

export interface RaceOptions<T> {
  /** Gets the results of functions that came in although they had lost, to close what they opened. Default: they are dropped. */
  discard?: (value: T) => void;
}

/**
 * The result or the error of whatever settles first. Functions are started as children of this call; tasks and promises,
 * which run already, are waited for.
 *
 *     const answer = await race(() => askOne(question), () => askTheOther(question));
 *
 * The functions that lost are cancelled, and have ended when it returns; errors of their clean-up go to the run's
 * `onError`. Tasks and promises that were handed in run on, as they are not this call's to stop. Of those that settle at
 * the same moment the first argument wins.
 *
 * If cancelled: the functions are cancelled and waited for, then it throws `CancelledError`. Something that had won before
 * is returned all the same.
 *
 * @throws what the winner throws; InvalidArgumentError when there is nothing to race
 */
export function race<T extends readonly Gatherable<unknown>[]>(...things: T): Promise<Gathered<T[number]>>;
export function race<G extends Gatherable<unknown>>(
  things: Iterable<G>,
  options?: RaceOptions<Gathered<G>>,
): Promise<Gathered<G>>;
export async function race(...args: unknown[]): Promise<unknown> {
  const { things, options = {} } = splitArguments<RaceOptions<unknown>>("race", args);
  checkOptions("race", options, ["discard"]);
  if (options.discard !== undefined) checkFunction("race", options.discard, "discard: (socket) => socket.destroy()");
  if (things.length === 0) {
    throw new InvalidArgumentError("Cannot race as somebody has to win: received nothing to race");
  }
  const jobs = things.map((thing, index) => toJob("race", thing, index));
  const contest = new Contest<unknown>({ name: "race", wins: () => true, discard: options.discard });
  for (const job of jobs) contest.spawn(job);
  await contest.finish();
  const winner = contest.winner as Task<unknown>;
  if (winner.state === "succeeded") return winner.result;
  throw winner.error;
}
