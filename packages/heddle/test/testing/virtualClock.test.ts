import { createTask, gather, moveOnAfter, now, Queue, run, sleep } from "heddle";
import type { VirtualClockOptions } from "heddle/testing";
import { VirtualClock } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorAtOnce, expectRefused } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

describe("a VirtualClock that jumps", () => {
  it("lets an hour pass in no time, and moves only when everything waits", async () => {
    const clock = new VirtualClock();
    await run(
      async () => {
        const log = timeline();
        await gather(
          () => sleep(3_600_000).then(() => log("hour")),
          async () => {
            for (let i = 0; i < 100; i++) await Promise.resolve();
            log("many jobs");
          },
        );
        expect(log.lines).toEqual(["0 many jobs", "3600000 hour"]);
      },
      { clock },
    );
    expect([clock.now(), clock.pending]).toEqual([3_600_000, 0]);
  });

  it("lets all that follows from a moment happen before the next one", () =>
    run(
      async () => {
        const log = timeline();
        const queue = new Queue<number>();
        createTask(async () => {
          for await (const item of queue) {
            for (let i = 0; i < 50; i++) await Promise.resolve();
            log(`got ${item}`);
          }
        });
        for (let i = 0; i < 3; i++) {
          await sleep(0.001);
          queue.putNowait(i);
        }
        await sleep(1);
        expect(log.lines).toEqual(["0.001 got 0", "0.002 got 1", "0.003 got 2"]);
      },
      { clock: new VirtualClock() },
    ));

  it("starts where it was told to", () =>
    run(
      async () => {
        expect(now()).toBe(500);
        await sleep(1);
        expect(now()).toBe(501);
      },
      { clock: new VirtualClock({ start: 500 }) },
    ));

  it("waits with jumping while a turn of the event loop is asked for", () =>
    run(async () => {
      const clock = new VirtualClock();
      let fired = false;
      await run(
        async () => {
          createTask(() =>
            sleep(1).then(() => {
              fired = true;
            }),
          );
          await clock.turn();
          expect(fired).toBe(false);
          await sleep(2);
        },
        { clock },
      );
    }));

  it("says that a turn is due every so many calls, not by the time", () => {
    const count = (clock: VirtualClock): number => {
      let calls = 1;
      while (!clock.turnDue()) calls++;
      return calls;
    };
    const clock = new VirtualClock();
    expect(count(clock)).toBe(count(new VirtualClock()));
    expect(count(clock)).toBe(count(clock));
  });
});

describe("a VirtualClock that is moved by hand", () => {
  it("stands still until it is moved, and fires what is due, each at its moment", async () => {
    const clock = new VirtualClock({ autoJump: false });
    const log: string[] = [];
    const done = run(
      async () => {
        for (let i = 0; i < 3; i++) {
          await sleep(10);
          log.push(`woke at ${now()}`);
        }
      },
      { clock },
    );
    await clock.advance(0);
    expect([log, clock.pending]).toEqual([[], 1]);
    await clock.advance(9.5);
    expect(log).toEqual([]);
    await clock.advance(0.5);
    expect(log).toEqual(["woke at 10"]);
    await clock.advance(25);
    expect([log, clock.now()]).toEqual([["woke at 10", "woke at 20", "woke at 30"], 35]);
    await done;
  });

  it("fires timers that are set on the way", async () => {
    const clock = new VirtualClock({ autoJump: false });
    const done = run(
      async () => {
        await sleep(1);
        await moveOnAfter(1, () => sleep(Infinity));
        return now();
      },
      { clock },
    );
    await clock.advance(100);
    expect(await done).toBe(2);
  });

  it("refuses to run backwards, and to go on for ever", async () => {
    const clock = new VirtualClock({ autoJump: false, start: 10 });
    for (const ms of [-1, Infinity, Number.NaN, "5"]) {
      await expectRefused(() => clock.advance(ms as number), /^Cannot advance a virtual clock as .*: received /);
    }
    expect(clock.now()).toBe(10);
  });
});

describe("what a VirtualClock refuses", () => {
  it("refuses strange starts, flags and options", () => {
    const refused = (options: unknown): string =>
      errorAtOnce(() => new VirtualClock(options as VirtualClockOptions)).message;
    expect(refused({ start: "5" })).toMatch(/^Cannot make a virtual clock as the start must be .*: received "5"/);
    expect(refused({ start: Number.NaN })).toMatch(/received NaN$/);
    expect(refused({ start: Infinity })).toMatch(/received Infinity$/);
    expect(refused({ autoJump: 1 })).toMatch(/autoJump must be true or false: received 1$/);
    expect(refused({ jump: true })).toMatch(/the options are start, autoJump: received "jump"$/);
    expect(refused(5)).toMatch(/the options must be an object: received 5$/);
  });
});
