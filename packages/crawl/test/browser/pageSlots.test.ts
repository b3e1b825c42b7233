import { cancelScope, createTask, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { PAGE_MEMORY, PageSlots, SPARE_MEMORY } from "../../src/browser/pageSlots.js";

/** Slots for at most 8 pages where there is memory for so many more. */
function slotsWith(free: { pages: number }): PageSlots {
  const memory = (): { limit: number; available: number; source: "machine" } => {
    return { limit: Infinity, available: SPARE_MEMORY + free.pages * PAGE_MEMORY, source: "machine" };
  };
  return new PageSlots({ maxPages: 8, memory });
}

describe("PageSlots", () => {
  it("has as many as it is told where there is memory for them, or no figure", () =>
    virtualTime(async () => {
      expect(slotsWith({ pages: 100 }).room()).toBe(8);
      expect(new PageSlots({ maxPages: 3, memory: () => undefined }).room()).toBe(3);
    }));

  it("lets one page in whatever memory there is, and no second", () =>
    virtualTime(async () => {
      const slots = slotsWith({ pages: 0 });
      const first = await slots.acquire();
      const second = createTask(() => slots.acquire());
      await sleep(5000);
      expect([slots.open, slots.waiting, second.done]).toEqual([1, 1, false]);
      first[Symbol.dispose]();
      (await second)[Symbol.dispose]();
      expect([slots.open, slots.waiting]).toEqual([0, 0]);
    }));

  it("counts what pages that have just begun will take, until they have taken it", () =>
    virtualTime(async () => {
      const free = { pages: 3 };
      const slots = slotsWith(free);
      const opened: Disposable[] = [];
      for (let n = 0; n < 3; n++) opened.push(await slots.acquire());
      const fourth = createTask(() => slots.acquire());
      await sleep(1000);
      expect(fourth.done).toBe(false);
      // They have grown, and there is room for two more beside them.
      free.pages = 2;
      await sleep(2000);
      expect([fourth.done, slots.room()]).toEqual([true, 5]);
      for (const each of [...opened, await fourth]) each[Symbol.dispose]();
    }));

  it("lets those who wait in when memory becomes free, in their order", () =>
    virtualTime(async () => {
      const free = { pages: 0 };
      const slots = slotsWith(free);
      await slots.acquire();
      const order: string[] = [];
      for (const name of ["a", "b", "c"]) createTask(() => slots.acquire().then(() => order.push(name)));
      await sleep(1000);
      expect(order).toEqual([]);
      free.pages = 5;
      await sleep(3000);
      expect(order).toEqual(["a", "b", "c"]);
    }));

  it("gives no place to who was cancelled", () =>
    virtualTime(async () => {
      const slots = slotsWith({ pages: 0 });
      const first = await slots.acquire();
      await cancelScope(() => slots.acquire(), { timeout: 700 });
      expect([slots.open, slots.waiting]).toEqual([1, 0]);
      const next = createTask(() => slots.acquire());
      await sleep(10);
      first[Symbol.dispose]();
      (await next)[Symbol.dispose]();
      expect(slots.open).toBe(0);
    }));
});
