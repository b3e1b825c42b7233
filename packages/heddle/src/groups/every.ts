import { checkChoice, checkCount, checkFlag, checkFunction, checkOptions, checkPeriod } from "../ground/check.js";
import { now } from "../primitives/now.js";
import { sleep } from "../primitives/sleep.js";

export interface EveryOptions {
  /**
   * "fixedRate" (the default): rounds begin at whole multiples of the period. "fixedDelay": a period lies between the end
   * of a round and the beginning of the next.
   */
  mode?: "fixedRate" | "fixedDelay";
  /** Whether the first round begins at once (true) or after a period (false, the default). */
  immediate?: boolean;
  /** After how many rounds it ends. Default `Infinity`. */
  times?: number;
}

export interface Round {
  /** 1 in the first round. */
  readonly round: number;
  /** How many beginnings were skipped just before this one because the round before took too long. */
  readonly missed: number;
  /** Makes this round the last one. */
  readonly stop: () => void;
}

/**
 * Calls `fn` again and again, one round after the other, until it is cancelled, has run `times` rounds, or a round calls
 * `stop()`. A round that fails ends it.
 *
 *     await every(60_000, async ({ missed }) => { … });
 *
 * A round that takes longer than the period is never joined by a second one. At a fixed rate the beginnings that it has
 * missed are skipped, not made up for in a burst, and the next round begins at the next multiple of the period: the phase
 * is kept, and nothing drifts. With a fixed delay there is nothing to miss.
 *
 * If cancelled: throws `CancelledError`, after the clean-up of the round that was under way.
 *
 * @param ms the period in milliseconds, above 0
 * @throws what `fn` throws
 */
export async function every(ms: number, fn: (round: Round) => unknown, options: EveryOptions = {}): Promise<void> {
  const doing = "repeat a call";
  checkPeriod(doing, ms, "the period");
  checkFunction(doing, fn, "every(1000, () => work())");
  checkEveryOptions(doing, options);
  const { mode = "fixedRate", immediate = false, times = Infinity } = options;
  const nextDue = mode === "fixedRate" ? fixedRate(ms, immediate) : fixedDelay(ms, immediate);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  for (let round = 1; round <= times && !stopped; round++) {
    const { due, missed } = nextDue();
    await sleep(due - now());
    await fn({ round, missed, stop });
  }
}

/** When a round is to begin, asked for when the one before has ended. */
type Schedule = () => { due: number; missed: number };

/** Multiples are counted, not added up, so that rounding does not make the phase wander. */
function fixedRate(ms: number, immediate: boolean): Schedule {
  const start = now();
  let count = immediate ? -1 : 0;
  return () => {
    count++;
    // Nothing has run before the first round that could have made it late.
    const late = count === 0 ? 0 : now() - (start + count * ms);
    const missed = Math.max(0, Math.ceil(late / ms));
    count += missed;
    return { due: start + count * ms, missed };
  };
}

function fixedDelay(ms: number, immediate: boolean): Schedule {
  let isFirst = immediate;
  return () => {
    const due = isFirst ? now() : now() + ms;
    isFirst = false;
    return { due, missed: 0 };
  };
}

function checkEveryOptions(doing: string, options: EveryOptions): void {
  checkOptions(doing, options, ["mode", "immediate", "times"]);
  checkChoice(doing, options.mode, { what: "mode", choices: ["fixedRate", "fixedDelay"] });
  checkFlag(doing, options.immediate, "immediate");
  if (options.times !== undefined) checkCount(doing, options.times, { what: "times", least: 0, orInfinity: true });
}
