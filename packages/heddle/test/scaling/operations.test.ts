import "./blockCounter.js";

import { onCancel, park, WaitList } from "heddle/lowlevel";
import { describe, expect, it } from "vitest";
import { ACTIONS, costsOf } from "./actions.js";
import { canCount } from "./blockCounter.js";
import type { Costs, MakePlace } from "./crowd.js";
import { costsBeside } from "./crowd.js";
import { PLACES } from "./places.js";

const FEW = 10;
const MANY = 2000;
/** What a heap of so many timers may cost more than a small one, and what the event loop's turns make uncertain. */
const SPARE = 60;

/** What the operations cost more beside many than beside few. */
async function growth(costs: (n: number) => Promise<Costs>): Promise<Costs> {
  // Whatever is done once only is done now.
  await costs(FEW);
  const few = await costs(FEW);
  const many = await costs(MANY);
  return Object.fromEntries(Object.entries(many).map(([name, steps]) => [name, steps - (few[name] as number)]));
}

async function expectNoGrowth(costs: (n: number) => Promise<Costs>): Promise<void> {
  const growing = Object.entries(await growth(costs)).filter(([, steps]) => Math.abs(steps) > SPARE);
  expect(Object.fromEntries(growing)).toEqual({});
}

/** Operations that are linear on purpose: a count that finds nothing to say against them counts nothing. */
const PLANTED: Record<string, MakePlace> = {
  "a loop of ours": () => {
    const list = new WaitList<void>("planted");
    list.onLeave = () => list.count();
    return { wait: () => park(list) };
  },
  "a method of an array": () => {
    const waiting: (() => void)[] = [];
    const wait = (): Promise<void> =>
      new Promise((resolve) => {
        waiting.unshift(resolve);
        onCancel(() => waiting.splice(waiting.indexOf(resolve), 1)[0]?.());
      });
    return { wait };
  },
  "a set that is spread": () => {
    const waiting = new Set<() => void>();
    const wait = (): Promise<void> =>
      new Promise((resolve) => {
        waiting.add(resolve);
        onCancel(() => {
          if ([...waiting].includes(resolve)) resolve();
        });
      });
    return { wait };
  },
};

describe.skipIf(!canCount)("one operation beside very many (needs the block coverage of node:inspector)", () => {
  it.each(Object.entries(PLACES))("%s: parks, wakes and cancels one at the same cost, however many wait", (_, make) =>
    expectNoGrowth((n) => costsBeside(n, make)),
  );

  it.each(Object.entries(ACTIONS))("%s, at the same cost, however many there are", (_, action) =>
    expectNoGrowth((n) => costsOf(n, action)),
  );

  it.each(Object.entries(PLANTED))("finds %s that walks all who wait", async (_, make) => {
    const { "cancel in the middle": steps } = await growth((n) => costsBeside(n, make));
    expect(steps).toBeGreaterThan((MANY - FEW) * 0.9);
  });
});
