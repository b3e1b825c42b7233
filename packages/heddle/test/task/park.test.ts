import { cancelScope, createTask, moveOnAfter, sleep } from "heddle";
import type { Waiter } from "heddle/lowlevel";
import { breath, currentScope, park, throwIfCancelled, WaitList } from "heddle/lowlevel";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorAtOnce, errorOf } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

/** Waiters with names that have parked in `list`, one after the other. */
async function parked(list: WaitList<string>, ...names: string[]) {
  const log = timeline();
  const tasks = names.map((name) =>
    createTask(async () => {
      try {
        log(`${name} got ${await park(list, name)}`);
      } catch (error) {
        log(`${name} met ${(error as Error).message}`);
      }
    }),
  );
  await settle();
  return { log, tasks };
}

describe("park", () => {
  it("waits until somebody wakes the waiter, and returns what was handed over", () =>
    virtualTime(async () => {
      const list = new WaitList<string>("a bell");
      const { log } = await parked(list, "a", "b");
      expect(list.count()).toBe(2);
      expect(list.wakeFirst("1")).toBe(true);
      expect(list.count()).toBe(1);
      expect(list.wakeFirst("2")).toBe(true);
      expect(list.wakeFirst("3")).toBe(false);
      await settle();
      expect(log.lines).toEqual(["0 a got 1", "0 b got 2"]);
    }));

  it("is woken, or fails, together with all others in the order of arrival", () =>
    virtualTime(async () => {
      const list = new WaitList<string>("a bell");
      const first = await parked(list, "a", "b");
      list.wakeAll("all");
      const second = await parked(list, "c", "d");
      list.failAll(new Error("the end"));
      await settle();
      expect(first.log.lines).toEqual(["0 a got all", "0 b got all"]);
      expect(second.log.lines).toEqual(["0 c met the end", "0 d met the end"]);
      expect(list.isEmpty).toBe(true);
    }));

  it("can be woken out of order by who knows the waiter, and shows what it brought along", () =>
    virtualTime(async () => {
      const list = new WaitList<string>("a bell");
      const { log } = await parked(list, "a", "b", "c");
      const waiters = [...list] as Waiter<string>[];
      expect(waiters.map(({ request }) => request)).toEqual(["a", "b", "c"]);
      waiters[1]?.wake("first");
      list.wakeFirst("second");
      await settle();
      expect(log.lines).toEqual(["0 b got first", "0 a got second"]);
      list.wakeAll("rest");
    }));

  it("leaves the list when it is cancelled, and the list is told so after it", () =>
    virtualTime(async () => {
      const list = new WaitList<string>("a bell");
      const left: unknown[] = [];
      list.onLeave = (waiter) => left.push(waiter.request, list.count());
      const { log, tasks } = await parked(list, "a", "b");
      tasks[0]?.cancel("enough");
      expect(left).toEqual(["a", 1]);
      list.wakeAll("value");
      await settle();
      expect(log.lines).toEqual(["0 a met Cancelled: enough", "0 b got value"]);
      expect(left).toHaveLength(2);
    }));

  it("throws without standing in the list in a scope that is cancelled", () =>
    virtualTime(() =>
      cancelScope(async (scope) => {
        const list = new WaitList<string>("a bell");
        scope.cancel();
        const wait = errorOf(() => park(list));
        expect(list.isEmpty).toBe(true);
        expect((await wait).name).toBe("CancelledError");
      }),
    ));

  it("leaves nothing in its scope, whichever way it ended", () =>
    virtualTime(async () => {
      const list = new WaitList<string>("a bell");
      const inside = await cancelScope(async () => {
        const scope = currentScope();
        await moveOnAfter(1, () => park(list));
        const wait = park(list);
        expect([...scope.inside]).toHaveLength(1);
        list.wakeAll("value");
        await wait;
        return [...scope.inside];
      });
      expect(inside).toEqual([]);
    }));
});

describe("throwIfCancelled", () => {
  it("throws in a cancelled scope, at once, and is silent in others", () =>
    virtualTime(async () => {
      throwIfCancelled();
      await cancelScope((scope) => {
        scope.cancel("enough");
        expect(errorAtOnce(throwIfCancelled)).toMatchObject({ name: "CancelledError", reason: "enough" });
      });
      throwIfCancelled();
    }));
});

describe("breath", () => {
  it("is nothing most of the time, and a turn of the event loop now and then", () =>
    virtualTime(async () => {
      let breaths = 0;
      for (let i = 0; i < 2500; i++) {
        const turn = breath();
        if (turn === undefined) continue;
        breaths++;
        await turn;
      }
      expect(breaths).toBe(2);
      await sleep(1);
    }));
});
