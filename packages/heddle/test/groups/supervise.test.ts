import * as fc from "fast-check";
import {
  createTask,
  currentTask,
  Lock,
  moveOnAfter,
  now,
  RestartLimitError,
  sleep,
  supervise,
  taskGroup,
} from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { after, cleanUpFor, failAfter, tidy } from "../support/tidy.js";
import { timeline } from "../support/timeline.js";

/** A child that fails so long after each start as is said, then runs for ever. */
function failing(...delays: number[]): { starts: number[]; run: () => Promise<void> } {
  const starts: number[] = [];
  const run = async (): Promise<void> => {
    const ms = delays[starts.push(now()) - 1];
    await sleep(ms ?? Infinity);
    throw new Error(`start ${starts.length}`);
  };
  return { starts, run };
}

describe("a child", () => {
  it("that fails is started again, alone", () =>
    tidy(async () => {
      const broken = failing(10, 20);
      const steady = failing();
      await moveOnAfter(100, () => supervise([broken.run, steady.run]));
      expect([broken.starts, steady.starts]).toEqual([[0, 10, 30], [0]]);
    }));

  it("that returns is done, and when all are it returns", () =>
    tidy(async () => {
      await supervise([after(10, "a"), after(20, "b")]);
      expect(now()).toBe(20);
    }));

  it('to restart "always" is started again when it returns', () =>
    tidy(async () => {
      const starts: number[] = [];
      const run = async (): Promise<void> => {
        starts.push(now());
        await sleep(10);
      };
      await moveOnAfter(35, () => supervise([{ run, restart: "always" }]));
      expect(starts).toEqual([0, 10, 20, 30]);
    }));

  it('to restart "never" ends with its error reported, and the others go on', () =>
    tidy(async ({ reported }) => {
      await supervise([{ run: failAfter(10, "for good"), restart: "never" }, after(30, "b")]);
      expect([now(), reported.splice(0)]).toEqual([30, [new Error("for good")]]);
    }));

  it("is a task of its own at each start, with its name", () =>
    tidy(async () => {
      const tasks = new Set<unknown>();
      const names = new Set<string | undefined>();
      const run = async (): Promise<void> => {
        tasks.add(currentTask());
        names.add(currentTask()?.name);
        if (tasks.size < 3) throw new Error("again");
      };
      await supervise([{ name: "poller", run }]);
      expect([tasks.size, [...names]]).toEqual([3, ["poller"]]);
    }));

  it("that ends while it holds a lock does not leave it locked without a word", () =>
    tidy(async ({ reported }) => {
      const lock = new Lock();
      const run = async (): Promise<void> => {
        await lock.acquire();
        throw new Error("Died with the lock");
      };
      const error = await errorOf(() => supervise([run]));
      expect((error.cause as Error).name).toBe("LockBrokenError");
      expect(reported.splice(0)).toMatchObject([{ name: "LockBrokenError" }]);
    }));

  it("that a task it awaits was cancelled has failed", () =>
    tidy(async () => {
      const cancelled = createTask(() => sleep(Infinity));
      cancelled.cancel();
      const error = await errorOf(() => supervise([() => cancelled], { maxRestarts: 1 }));
      expect(error).toBeInstanceOf(RestartLimitError);
    }));
});

describe("the limit", () => {
  it("of three restarts within five seconds ends it all, with the last error as the cause", () =>
    tidy(async () => {
      const broken = failing(10, 10, 10, 10);
      const error = await errorOf(() => supervise([{ name: "broken", run: broken.run }, cleanUpFor(7)]));
      expect(error).toMatchObject({
        name: "RestartLimitError",
        code: "HEDDLE_RESTART_LIMIT",
        child: "broken",
        message: 'Cannot restart "broken" as there were more than 3 restarts within 5000 ms, last: Error: start 4',
      });
      expect([error.cause, broken.starts, now()]).toEqual([new Error("start 4"), [0, 10, 20, 30], 47]);
    }));

  it("counts the restarts of all children together", () =>
    tidy(async () => {
      const error = await errorOf(() => supervise([failing(10).run, failing(20).run], { maxRestarts: 1 }));
      expect([(error as RestartLimitError).child, now()]).toEqual(["run", 20]);
    }));

  it("does not count restarts that are longer ago than the period", () =>
    tidy(async () => {
      const broken = failing(10, 90, 101);
      await moveOnAfter(1000, () => supervise([broken.run], { maxRestarts: 2, period: 100 }));
      expect(broken.starts).toEqual([0, 10, 100, 201]);
    }));

  it("of zero allows no restart", () =>
    tidy(async () => {
      const error = await errorOf(() => supervise([failing(10).run], { maxRestarts: 0 }));
      expect([error.name, now()]).toEqual(["RestartLimitError", 10]);
    }));

  it("that is reached by a child that returned has no error to show", () =>
    tidy(async () => {
      const error = await errorOf(() => supervise([{ name: "quick", run: after(1, 0), restart: "always" }]));
      expect(error.message).toBe('Cannot restart "quick" as there were more than 3 restarts within 5000 ms');
    }));

  it("reports what goes wrong after it", () =>
    tidy(async ({ reported }) => {
      const error = await errorOf(() =>
        supervise([failing(10).run, cleanUpFor(5, "broken clean-up")], { maxRestarts: 0 }),
      );
      expect([error.name, reported.splice(0)]).toEqual(["RestartLimitError", [new Error("broken clean-up")]]);
    }));
});

describe("the wait before a restart", () => {
  it("grows with the restarts of the child within a period, while the others go on", () =>
    tidy(async () => {
      const broken = failing(0, 0, 0, 1000);
      const other = failing(5);
      const options = { baseDelay: 10, jitter: "none", maxRestarts: Infinity, period: 500 } as const;
      await moveOnAfter(1100, () => supervise([broken.run, other.run], options));
      expect([broken.starts, other.starts]).toEqual([
        [0, 10, 30, 70, 1080],
        [0, 15],
      ]);
    }));

  it("is ended by a cancellation", () =>
    tidy(async () => {
      await moveOnAfter(50, () => supervise([failing(10).run], { baseDelay: 1000, jitter: "none" }));
      expect(now()).toBe(50);
    }));
});

describe("onRestart", () => {
  it("hears of each restart: who, why, and how often within the period", () =>
    tidy(async () => {
      const heard: unknown[] = [];
      const broken = failing(10, 10);
      const onRestart = (child: string, error: unknown, restarts: number): void =>
        void heard.push([now(), child, error, restarts]);
      await moveOnAfter(100, () => supervise([broken.run], { onRestart }));
      expect(heard).toEqual([
        [10, "run", new Error("start 1"), 1],
        [20, "run", new Error("start 2"), 2],
      ]);
    }));

  it("ends the supervision when it fails", () =>
    tidy(async () => {
      const onRestart = (): void => {
        throw new Error("no log");
      };
      const error = await errorOf(() => supervise([failing(10).run, cleanUpFor(5)], { onRestart }));
      expect([error.message, now()]).toEqual(["no log", 15]);
    }));
});

describe("a cancellation", () => {
  it("reaches all children, restarts none, is waited for, and travels on", () =>
    tidy(async ({ reported }) => {
      const happened = timeline();
      const task = createTask(() => supervise([cleanUpFor(5, "broken clean-up"), cleanUpFor(7)]));
      await sleep(10);
      await task.cancelAndWait();
      happened(task.state);
      expect([happened.lines, reported.splice(0)]).toEqual([["17 cancelled"], [new Error("broken clean-up")]]);
    }));

  it("by a sibling's failure in a group ends the supervision", () =>
    tidy(async () => {
      const error = await errorOf(() =>
        taskGroup((group) => {
          group.createTask(() => supervise([cleanUpFor(5)]));
          group.createTask(failAfter(10, "sibling"));
        }),
      );
      expect([error.errors, now()]).toEqual([[new Error("sibling")], 15]);
    }));
});

it("refuses what it cannot do", async () => {
  const run = (): void => {};
  await expectRefused(() => supervise(run as never), /an array or another iterable is needed/);
  await expectRefused(
    () => supervise([5 as never]),
    "Cannot supervise as child 0 must be a function or { run }: received 5",
  );
  await expectRefused(() => supervise([{} as never]), /a function is needed: received undefined/);
  await expectRefused(() => supervise([{ run, restarts: 1 } as never]), /the options are run, name, restart/);
  await expectRefused(() => supervise([{ run, name: 5 as never }]), /the name must be a string/);
  await expectRefused(
    () => supervise([{ run, restart: "transient" as never }]),
    /restart must be "onFailure", "always" or "never"/,
  );
  await expectRefused(
    () => supervise([run], { maxRestarts: -1 }),
    /maxRestarts must be a whole number, 0 or more, or Infinity/,
  );
  await expectRefused(() => supervise([run], { period: 0 }), /the period must be a number of milliseconds above 0/);
  await expectRefused(() => supervise([run], { onRestart: 1 as never }), /a function is needed: received 1/);
  await expectRefused(() => supervise([run], { factor: 0 }), /factor must be a number, 1 or more/);
  await expectRefused(() => supervise([run], { intensity: 1 } as never), /the options are maxRestarts, period/);
});

it("returns at once when there is nobody to look after", () => tidy(() => supervise([])));

it("restarts and gives up as a simple model says, for any failures and any limit", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      fc.nat(5),
      fc.integer({ min: 1, max: 100 }),
      (children, maxRestarts, period) =>
        tidy(async ({ reported }) => {
          const all = children.map((delays) => failing(...delays));
          let gaveUpAt: number | null = null;
          await moveOnAfter(1000, () =>
            supervise(
              all.map(({ run }) => run),
              { maxRestarts, period },
            ),
          ).catch(() => {
            gaveUpAt = now();
          });
          const failures = children
            .flatMap((delays) => delays.map((_, index) => delays.slice(0, index + 1).reduce((sum, ms) => sum + ms, 0)))
            .sort((a, b) => a - b);
          const tooMany = failures.find(
            (at, index) => failures.slice(0, index + 1).filter((other) => at - other <= period).length > maxRestarts,
          );
          expect(gaveUpAt).toBe(tooMany ?? null);
          const restarts = all.reduce((sum, { starts }) => sum + starts.length - 1, 0);
          if (tooMany === undefined) expect(restarts).toBe(failures.length);
          // Children that fail in the moment in which it gives up.
          reported.length = 0;
        }),
    ),
    runs(100),
  ));
