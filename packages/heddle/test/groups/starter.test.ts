import type { Ready } from "heddle";
import { cancelScope, checkpoint, createTask, isCancelled, now, Queue, sleep, taskGroup } from "heddle";
import { explore } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf } from "../support/errorOf.js";
import { tidy } from "../support/tidy.js";
import { timeline } from "../support/timeline.js";

describe("group.start()", () => {
  it("keeps the group open while the child is not ready, though the body has ended", () =>
    tidy(async () => {
      const happened = timeline();
      const starting: Promise<unknown>[] = [];
      await taskGroup((group) => {
        starting.push(
          group.start<string>(async (ready) => {
            await sleep(10);
            ready("late");
            group.createTask(() => sleep(10));
          }),
        );
      });
      happened("left");
      expect([happened.lines, await starting[0]]).toEqual([["20 left"], "late"]);
    }));

  it("takes its turn where the group has a limit", () =>
    tidy(async () => {
      await taskGroup(
        async (group) => {
          group.createTask(() => sleep(30));
          expect(await group.start<number>((ready) => ready(now()))).toBe(30);
        },
        { limit: 1 },
      );
    }));

  it("in a group that was cancelled starts the child, which meets the cancellation at its first wait", () =>
    tidy(async () => {
      const steps: string[] = [];
      await taskGroup(async (group) => {
        group.cancel();
        const error = await errorOf(() =>
          group.start(async () => {
            steps.push("started");
            await sleep(1);
            steps.push("never");
          }),
        );
        expect(isCancelled(error)).toBe(true);
      });
      expect(steps).toEqual(["started"]);
    }));

  it("hands the value over when the group is cancelled after the child was ready", () =>
    tidy(async () => {
      let value: unknown;
      await taskGroup(async (group) => {
        value = await group.start<string>(async (ready) => {
          ready("ready");
          group.cancel();
        });
      });
      expect(value).toBe("ready");
    }));

  it("throws in a scope that is cancelled already, though the child is ready at once and has ended", () =>
    tidy(async () => {
      await taskGroup(async (group) => {
        await cancelScope(async (scope) => {
          scope.cancel();
          const isReady = await errorOf(() => group.start((ready) => ready(1)));
          const hasEnded = await errorOf(() => group.start(() => {}));
          expect([isReady, hasEnded].map(isCancelled)).toEqual([true, true]);
        });
      });
    }));

  it("in a scope that is cancelled already lets the child get no further than to its first wait", () =>
    tidy(async () => {
      const steps: string[] = [];
      await taskGroup(async (group) => {
        await cancelScope(async (scope) => {
          scope.cancel();
          await group.start(async () => {
            steps.push("started");
            await checkpoint();
            steps.push("never");
          });
        });
      });
      expect(steps).toEqual(["started"]);
    }));

  it("throws when it is cancelled just before the child is ready", () =>
    tidy(async () => {
      await taskGroup(async (group) => {
        const value = await cancelScope((scope) =>
          group.start<string>(async (ready) => {
            await sleep(5);
            scope.cancel();
            ready("too late");
          }),
        );
        expect(value).toBe(undefined);
      });
    }));

  it("may be asked for by a child for a sibling", () =>
    tidy(async () => {
      await taskGroup((group) => {
        group.createTask(async () => {
          const port = await group.start<number>(async (ready) => {
            await sleep(5);
            ready(80);
          });
          expect([port, now()]).toEqual([80, 5]);
        });
      });
    }));

  it("fails with the child's cancellation when somebody else has cancelled it before it was ready", () =>
    tidy(async () => {
      await taskGroup(async (group) => {
        const forEver = createTask(() => sleep(Infinity));
        const starting = errorOf(() => group.start(() => forEver));
        await sleep(1);
        forEver.cancel("not wanted");
        expect((await starting).reason).toBe("not wanted");
      });
    }));

  it("hands over one value or one error, in every order in which it can go", async () => {
    await explore(
      async () => {
        const go = new Queue<string>();
        const outcomes: string[] = [];
        await taskGroup(async (group) => {
          const serve = async (ready: Ready<string>): Promise<void> => {
            ready(await go.get());
          };
          group.createTask(() => go.put("value"));
          group.createTask(() => void (outcomes.length === 0 && group.cancel()));
          outcomes.push(
            await group.start(serve).catch((error: unknown) => (isCancelled(error) ? "cancelled" : "failed")),
          );
        });
        expect(["value", "cancelled"]).toContain(outcomes[0]);
        expect(outcomes.length).toBe(1);
      },
      { runs: 200, seed: 1 },
    );
  });
});
