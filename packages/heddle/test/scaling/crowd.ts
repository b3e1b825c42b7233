import { Event, run, taskGroup } from "heddle";
import { settle, VirtualClock } from "heddle/testing";
import { stepsOf } from "./blockCounter.js";

/** Something that very many tasks wait at. */
export interface Place {
  /** How the task of this number waits. */
  readonly wait: (index: number) => unknown;
  /** Lets go whoever has waited longest; left out where all are let go at once. */
  readonly wakeFirst?: () => unknown;
  /** True when the task that was woken has not ended by that. */
  readonly goesOn?: boolean;
}

export type MakePlace = (n: number, clock: VirtualClock) => Place | Promise<Place>;

/** What an operation costs, in steps, by name. */
export type Costs = Record<string, number>;

export function forEver(): Promise<void> {
  return new Event().wait();
}

/** Time stands still unless the clock is told otherwise. */
export function withClock<T>(main: (clock: VirtualClock) => Promise<T>): Promise<T> {
  const clock = new VirtualClock({ autoJump: false });
  return run(() => main(clock), { clock, handleSignals: false });
}

/** What parking, waking and cancelling one task costs beside `n` others that wait at the same place. */
export function costsBeside(n: number, makePlace: MakePlace): Promise<Costs> {
  return withClock(async (clock) => {
    const costs: Costs = {};
    const { wait, wakeFirst, goesOn = wakeFirst === undefined } = await makePlace(n, clock);
    await taskGroup(async (group) => {
      const arrive = (index: number) => group.createTask(() => wait(index));
      const crowd = Array.from({ length: n }, (_, index) => arrive(index));
      await settle();
      costs["park"] = await stepsOf(() => {
        arrive(n);
        return settle();
      });
      costs["cancel in the middle"] = await stepsOf(() => {
        crowd[n >> 1]?.cancel();
        return settle();
      });
      if (wakeFirst !== undefined) {
        costs["wake"] = await stepsOf(async () => {
          await wakeFirst();
          await settle();
        });
      }
      const ended = crowd.filter(({ done }) => done).length;
      if (ended !== (goesOn ? 1 : 2)) throw new Error(`${ended} of ${n} tasks have ended`);
      group.cancel();
    });
    return costs;
  });
}
