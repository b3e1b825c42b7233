import { checkCount } from "../ground/check.js";
import { InvalidStateError } from "../ground/errors.js";
import { park, throwIfCancelled, WaitList } from "../task/park.js";

/** Waits for the turn of `place`. The turn ends when the result is disposed of. */
export type Sequencer = (place: number) => Promise<Disposable>;

/**
 * Makes tasks go through marked places in a given order, whatever the order in which they come there:
 *
 *     const turn = sequencer();
 *     { using _ = await turn(0); … }     in one task
 *     { using _ = await turn(1); … }     in another
 *
 * If cancelled while waiting: throws, and the sequence is broken: whoever waits for a later place fails.
 *
 * @throws InvalidStateError when a place is used twice, or the sequence is broken
 */
export function sequencer(): Sequencer {
  const used = new Set<number>();
  const waiting = new Map<number, WaitList<void>>();
  let turn = 0;
  let broken = false;

  const finish = (place: number): Disposable => {
    let ended = false;
    return {
      [Symbol.dispose]() {
        if (ended) return;
        ended = true;
        turn = place + 1;
        waiting.get(turn)?.wakeFirst();
      },
    };
  };

  const breakAll = (): void => {
    broken = true;
    for (const list of waiting.values()) list.failAll(brokenError());
  };

  return async (place) => {
    checkCount("wait for a turn", place, { what: "its place", least: 0 });
    if (used.has(place)) throw new InvalidStateError(`Cannot wait for a turn as place ${place} was taken already`);
    used.add(place);
    throwIfCancelled();
    if (broken) throw brokenError();
    if (place !== turn) {
      const list = new WaitList<void>(`turn ${place} of a sequence`);
      list.onLeave = breakAll;
      waiting.set(place, list);
      await park(list);
    }
    return finish(place);
  };
}

function brokenError(): InvalidStateError {
  return new InvalidStateError("Cannot wait for a turn as a task was cancelled before its own: the sequence is broken");
}
