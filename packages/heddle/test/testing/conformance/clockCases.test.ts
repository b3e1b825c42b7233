import type { Clock, Timer } from "heddle/lowlevel";
import type { ClockUnderTest } from "heddle/testing";
import { clockCases, VirtualClock } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { Link } from "../../../src/ground/link.js";
import { SystemClock } from "../../../src/ground/systemClock.js";

function virtual(clock: VirtualClock): ClockUnderTest {
  return { clock, pass: (ms) => clock.advance(ms) };
}

const real: Record<string, () => ClockUnderTest> = {
  SystemClock: () => ({
    clock: new SystemClock(),
    // Real time, as this is the clock of the real time: some milliseconds in all.
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms + 3)),
  }),
  VirtualClock: () => virtual(new VirtualClock({ autoJump: false })),
};

for (const [name, make] of Object.entries(real)) {
  describe(`${name} is a clock`, () => {
    for (const { name, run } of clockCases(make)) it(name, run);
  });
}

/** Passes everything on to a good clock. */
class Wrapped implements Clock {
  readonly inner: VirtualClock = new VirtualClock({ autoJump: false });

  now(): number {
    return this.inner.now();
  }
  schedule(timer: Timer, deadline: number): void {
    this.inner.schedule(timer, deadline);
  }
  cancel(timer: Timer): void {
    this.inner.cancel(timer);
  }
  turnDue(): boolean {
    return this.inner.turnDue();
  }
  turn(): Promise<void> {
    return this.inner.turn();
  }
}

class EarlyClock extends Wrapped {
  override schedule(timer: Timer, deadline: number): void {
    this.inner.schedule(timer, Math.floor(deadline));
  }
}

class EagerClock extends Wrapped {
  override schedule(timer: Timer, deadline: number): void {
    if (deadline <= this.now()) timer.fire();
    else super.schedule(timer, deadline);
  }
}

class Copy extends Link implements Timer {
  readonly fire: () => void;
  constructor(timer: Timer) {
    super();
    this.fire = () => timer.fire();
  }
}

class ForgetfulClock extends Wrapped {
  override schedule(timer: Timer, deadline: number): void {
    super.schedule(new Copy(timer), deadline);
  }
}

class OverflowingClock extends Wrapped {
  override schedule(timer: Timer, deadline: number): void {
    super.schedule(timer, deadline - this.now() >= 2 ** 31 ? this.now() + 1 : deadline);
  }
}

class StandingClock extends Wrapped {
  override now(): number {
    return 0;
  }
}

class SelfishClock extends Wrapped {
  override turnDue(): boolean {
    return false;
  }
}

const broken: [why: string, make: () => Wrapped, fails: RegExp][] = [
  ["fires early", () => new EarlyClock(), /not before the moment/],
  ["fires during the call", () => new EagerClock(), /not during the call/],
  ["fires what was taken back", () => new ForgetfulClock(), /taken back/],
  ["takes a far moment for a near one", () => new OverflowingClock(), /far away/],
  ["stands still", () => new StandingClock(), /run backwards/],
  ["never lets I/O in", () => new SelfishClock(), /let I\/O in/],
];

describe("clockCases() catches a clock that", () => {
  for (const [why, make, fails] of broken) {
    it(why, async () => {
      const failed: string[] = [];
      const cases = clockCases(() => {
        const clock = make();
        return { clock, pass: (ms) => clock.inner.advance(ms) };
      });
      for (const { name, run } of cases) await run().catch(() => failed.push(name));
      expect(failed.some((name) => fails.test(name))).toBe(true);
    });
  }
});
