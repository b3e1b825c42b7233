import { checkFunction, checkNumber, checkOptions } from "../ground/check.js";
import { AllFailedError, InvalidArgumentError } from "../ground/errors.js";
import { park, WaitList } from "../task/park.js";
import type { Task } from "../task/task.js";
import { Contest } from "./contest.js";
import type { Gatherable } from "./jobs.js";
import { checkCollection, toJob } from "./jobs.js";
import { moveOnAfter } from "./moveOnAfter.js";
import type { RaceOptions } from "./race.js";

export interface FirstSuccessOptions<T> extends RaceOptions<T> {
  /**
   * How long one is given before the next is started beside it, in milliseconds; when it fails, the next starts at once.
   * Default 0: all start together. `Infinity`: one after the other.
   */
  stagger?: number;
}

/**
 * The result of the first that succeeds, started one by one: connecting to the addresses of a host ("happy eyeballs", RFC
 * 8305), or asking a spare server only when the first one is slow.
 *
 *     const socket = await firstSuccess(addresses.map((address) => () => connect(address)), {
 *       stagger: 250,
 *       discard: (late) => late.destroy(),
 *     });
 *
 * The functions that lost are cancelled, and have ended when it returns. Tasks and promises that were handed in run on.
 *
 * If cancelled: the functions are cancelled and waited for, then it throws `CancelledError`.
 *
 * @throws AllFailedError when none succeeds; InvalidArgumentError when there is none
 */
export async function firstSuccess<T>(
  things: Iterable<Gatherable<T>>,
  options: FirstSuccessOptions<T> = {},
): Promise<T> {
  const doing = "take the first success";
  checkCollection(doing, things, "firstSuccess([() => askOne(), () => askTheOther()])");
  const { stagger = 0, discard } = checkFirstSuccessOptions(doing, options);
  const jobs = [...things].map((thing, index) => toJob(doing, thing, index)) as (() => T | PromiseLike<T>)[];
  if (jobs.length === 0) throw new InvalidArgumentError(`Cannot ${doing} as there is nothing to start: received none`);

  // What starting in turn can throw is a cancellation, which the contest has met as well.
  const turn = new Turn<T>(discard);
  await turn.startAll(jobs, stagger).catch(() => {});
  await turn.contest.finish();
  const { winner, failures } = turn.contest;
  if (winner !== null) return winner.result;
  throw new AllFailedError(failures);
}

/** Lets the next one start when the latest has failed, or has had its time. */
class Turn<T> {
  readonly contest: Contest<T>;
  readonly #list: WaitList<void> = new WaitList("firstSuccess turn", this);
  #latest: Task<T> | null = null;

  constructor(discard: ((value: T) => void) | undefined) {
    this.contest = new Contest<T>({
      name: "firstSuccess",
      wins: (task) => task.state === "succeeded",
      discard,
      onEnd: (task) => {
        if (task === this.#latest || this.contest.winner !== null) this.#list.wakeFirst();
      },
    });
  }

  async startAll(jobs: readonly (() => T | PromiseLike<T>)[], stagger: number): Promise<void> {
    for (const [index, job] of jobs.entries()) {
      if (this.contest.winner !== null) return;
      this.#latest = this.contest.spawn(job);
      if (stagger > 0 && index < jobs.length - 1) await moveOnAfter(stagger, () => park(this.#list));
    }
  }
}

function checkFirstSuccessOptions<T>(doing: string, options: FirstSuccessOptions<T>): FirstSuccessOptions<T> {
  checkOptions(doing, options, ["stagger", "discard"]);
  const { stagger, discard } = options;
  if (stagger !== undefined) checkNumber(doing, stagger, { what: "stagger", least: 0, orInfinity: true });
  if (discard !== undefined) checkFunction(doing, discard, "discard: (socket) => socket.destroy()");
  return options;
}
