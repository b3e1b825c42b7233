import {
  asCompleted,
  batch,
  buffer,
  checkpoint,
  createTask,
  firstSuccess,
  isCancelled,
  merge,
  moveOnAfter,
  race,
  sleep,
  take,
  wait,
} from "heddle";
import { explore } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { toArray, upTo, watched } from "../support/sources.js";

/** Every operator and every group call, in every order in which its tasks can go on. */
const options = { runs: 200, seed: 7 };

async function* stepping(items: readonly number[]): AsyncGenerator<number> {
  for (const item of items) {
    await checkpoint();
    if (item % 3 === 0) await sleep(1);
    yield item;
  }
}

describe("in every order in which it can go", () => {
  it("merge gives each item once, and each source's in order", async () => {
    await explore(async () => {
      const items = await toArray(merge(stepping([0, 1, 2, 3]), stepping([10, 11, 12]), [20, 21]));
      for (const tens of [0, 1, 2]) {
        const own = items.filter((item) => Math.floor(item / 10) === tens);
        expect(own).toEqual(
          [
            [0, 1, 2, 3],
            [10, 11, 12],
            [20, 21],
          ][tens],
        );
      }
    }, options);
  });

  it("what is left early is closed when the loop has ended", async () => {
    await explore(async () => {
      const sources = [watched(upTo(9), { ms: 1 }), watched(upTo(9), { ms: 1, cleanUp: 2 })];
      expect((await toArray(take(merge(...sources), 3))).length).toBe(3);
      for (const { state } of sources) expect(["closed", "cancelled"]).toContain(state);
    }, options);
  });

  it("buffer and batch keep the order, lose nothing and repeat nothing", async () => {
    await explore(async () => {
      expect(await toArray(buffer(stepping(upTo(8)), 2))).toEqual(upTo(8));
      expect((await toArray(batch(stepping(upTo(8)), { size: 3, age: 1 }))).flat()).toEqual(upTo(8));
    }, options);
  });

  it("a cancelled loop has closed its source", async () => {
    await explore(async () => {
      const source = watched(upTo(99), { ms: 1, cleanUp: 1 });
      await moveOnAfter(4, () => toArray(buffer(source, 2)));
      expect(["closed", "cancelled"]).toContain(source.state);
    }, options);
  });

  it("race has one winner, and nothing runs when it returns", async () => {
    await explore(async () => {
      let running = 0;
      const run = (name: string) => async (): Promise<string> => {
        running++;
        try {
          await sleep(1);
          return name;
        } finally {
          running--;
        }
      };
      expect(["a", "b", "c"]).toContain(await race(run("a"), run("b"), run("c")));
      expect(running).toBe(0);
      expect(["a", "b"]).toContain(await firstSuccess([run("a"), run("b")], { stagger: 1 }));
      expect(running).toBe(0);
    }, options);
  });

  it("asCompleted gives each thing once, and wait parts all of them", async () => {
    await explore(async () => {
      const seen: number[] = [];
      const things = upTo(4).map((item) => () => sleep(item % 2).then(() => item));
      for await (const each of asCompleted(things, { limit: 3 })) seen.push(each.index);
      expect(seen.sort()).toEqual(upTo(4));
      const tasks = things.map((thing) => createTask(thing));
      const { done, pending } = await wait(tasks, { returnWhen: "first" });
      expect(done.size).toBeGreaterThan(0);
      expect([...done, ...pending].length).toBe(4);
      for (const task of tasks)
        await task.cancelAndWait().catch((error: unknown) => expect(isCancelled(error)).toBe(true));
    }, options);
  });
});
