import { deepStrictEqual as deepEqual, strictEqual as equal, ok } from "node:assert";
import type { Clock } from "../../ground/clock.js";
import { Link } from "../../ground/link.js";
import type { Timer } from "../../ground/timers.js";
import type { ConformanceCase } from "./case.js";

/** So many calls of `turnDue()` take longer than tasks may keep the thread. */
const MANY = 3_000_000;

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets at least so many milliseconds pass on the clock, and all that is due in them happen. */
  pass(ms: number): Promise<void>;
}

class Alarm extends Link implements Timer {
  readonly #onFire: () => void;
  /** The moment of each firing. */
  readonly fired: number[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock, onFire: () => void = () => {}) {
    super();
    this.#clock = clock;
    this.#onFire = onFire;
  }

  fire(): void {
    this.fired.push(this.#clock.now());
    this.#onFire();
  }
}

/** What every clock promises: nothing fires early, twice, out of order, or after it was taken back. Takes some milliseconds of its time. */
export function clockCases(make: () => ClockUnderTest): ConformanceCase[] {
  const clockCase = (name: string, run: (under: ClockUnderTest) => Promise<void>): ConformanceCase => ({
    name,
    run: () => run(make()),
  });
  return [
    clockCase("does not run backwards", async ({ clock, pass }) => {
      const start = clock.now();
      ok(clock.now() >= start);
      await pass(3);
      ok(clock.now() >= start + 3, "time did not pass");
    }),

    clockCase("fires once, not before the moment", async ({ clock, pass }) => {
      const due = clock.now() + 2.5;
      const alarm = new Alarm(clock);
      clock.schedule(alarm, due);
      deepEqual(alarm.fired, [], "it fired during the call");
      await pass(10);
      equal(alarm.fired.length, 1);
      ok((alarm.fired[0] ?? 0) >= due, "it fired early");
    }),

    clockCase(
      "fires in the order of the moments, and in that of the calls within one moment",
      async ({ clock, pass }) => {
        const start = clock.now();
        const order: string[] = [];
        const plan = [
          ["d", 4],
          ["b1", 2],
          ["a", 1],
          ["b2", 2],
          ["c", 3],
          ["b3", 2],
        ] as const;
        for (const [name, ms] of plan) clock.schedule(new Alarm(clock, () => order.push(name)), start + ms);
        await pass(10);
        equal(order.join(" "), "a b1 b2 b3 c d");
      },
    ),

    clockCase("fires what was due in the past, but not during the call", async ({ clock, pass }) => {
      const alarm = new Alarm(clock);
      clock.schedule(alarm, clock.now() - 1000);
      deepEqual(alarm.fired, []);
      await pass(3);
      equal(alarm.fired.length, 1);
    }),

    clockCase(
      "does not fire what was taken back, also not by another one of the same moment",
      async ({ clock, pass }) => {
        const due = clock.now() + 2;
        const kept = new Alarm(clock, () => clock.cancel(taken));
        const taken = new Alarm(clock);
        const early = new Alarm(clock);
        clock.schedule(early, due);
        clock.schedule(kept, due);
        clock.schedule(taken, due);
        clock.cancel(early);
        await pass(10);
        deepEqual([kept.fired.length, taken.fired.length, early.fired.length], [1, 0, 0]);
      },
    ),

    clockCase("takes back without a complaint what has fired or was never set", async ({ clock, pass }) => {
      const alarm = new Alarm(clock);
      clock.cancel(alarm);
      clock.schedule(alarm, clock.now() + 1);
      await pass(5);
      clock.cancel(alarm);
      equal(alarm.fired.length, 1);
    }),

    clockCase("takes a timer again that has fired or was taken back", async ({ clock, pass }) => {
      const alarm = new Alarm(clock);
      clock.schedule(alarm, clock.now() + 1);
      clock.cancel(alarm);
      clock.schedule(alarm, clock.now() + 1);
      await pass(5);
      clock.schedule(alarm, clock.now() + 1);
      await pass(5);
      equal(alarm.fired.length, 2);
    }),

    clockCase("fires what is set while others fire", async ({ clock, pass }) => {
      const second = new Alarm(clock);
      const first = new Alarm(clock, () => clock.schedule(second, clock.now()));
      clock.schedule(first, clock.now() + 1);
      await pass(10);
      equal(second.fired.length, 1);
    }),

    clockCase("waits for moments that are far away, and for the one that never comes", async ({ clock, pass }) => {
      const far = new Alarm(clock);
      const never = new Alarm(clock);
      clock.schedule(far, clock.now() + 2 ** 40);
      clock.schedule(never, Infinity);
      await pass(3);
      deepEqual([far.fired, never.fired], [[], []]);
      clock.cancel(far);
      clock.cancel(never);
    }),

    clockCase("says after a while that it is time to let I/O in, and lets it in", async ({ clock }) => {
      let calls = 0;
      while (!clock.turnDue() && calls < MANY) calls++;
      ok(calls < MANY, "it never was time");
      let turned = false;
      await Promise.all([clock.turn().then(() => (turned = true)), clock.turn()]);
      ok(turned);
    }),
  ];
}
