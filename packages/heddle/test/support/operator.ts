import { cancelScope, currentTask, isCancelled, moveOnAfter, now, sleep, timeout } from "heddle";
import { expect, it } from "vitest";
import { errorOf } from "./errorOf.js";
import { naturals, toArray, upTo, watched } from "./sources.js";
import { tidy } from "./tidy.js";

/** What every operator over one source promises, for a function that puts it around a source and gives its items back. */
export function operatorCases(
  operator: <T>(source: Iterable<T> | AsyncIterable<T>) => AsyncIterable<T>,
  { readsAhead = false }: { readsAhead?: boolean } = {},
): void {
  it("gives all items of an async source and of a plain one, in order", () =>
    tidy(async () => {
      expect(await toArray(operator(watched(upTo(20), { ms: 1 })))).toEqual(upTo(20));
      expect(await toArray(operator(new Set(upTo(20))))).toEqual(upTo(20));
    }));

  it("waits for promises in a plain source, and closes it when one rejects", () =>
    tidy(async () => {
      expect(await toArray(operator([Promise.resolve(1), 2]))).toEqual([1, 2]);
      let closed = false;
      function* promises(): Generator<Promise<number>> {
        try {
          yield Promise.reject(new Error("rejected"));
        } finally {
          closed = true;
        }
      }
      expect((await errorOf(() => toArray(operator(promises())))).message).toBe("rejected");
      expect(closed).toBe(true);
    }));

  it("ends with its source", () => tidy(async () => expect(await toArray(operator([]))).toEqual([])));

  it("starts with the loop, not before", () =>
    tidy(async () => {
      const source = watched(upTo(3));
      const items = operator(source);
      await sleep(10);
      expect(source.state).toBe("new");
      await toArray(items);
      expect(source.state).toBe("end");
    }));

  it("reads its source in a task of its own", () =>
    tidy(async () => {
      const source = watched(upTo(5), { ms: 1 });
      await toArray(operator(source));
      expect([source.tasks.size, source.tasks.has(currentTask())]).toEqual([1, false]);
    }));

  it("gives the items before an error, then the error, and is at its end", () =>
    tidy(async () => {
      const source = watched(upTo(9), { ms: 1, failAt: 3 });
      const seen: number[] = [];
      const iterator = operator(source)[Symbol.asyncIterator]();
      const error = await errorOf(async () => {
        for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) seen.push(next.value);
      });
      expect([seen, error.message, source.state]).toEqual([[0, 1, 2], "item 3", "failed"]);
      expect((await iterator.next()).done).toBe(true);
    }));

  it("closes its source when the loop is left, and waits for its clean-up, which is not cancelled", () =>
    tidy(async () => {
      const source = watched(upTo(99), { ms: readsAhead ? 1 : 0, cleanUp: 5 });
      let seen = 0;
      let leftAt = 0;
      for await (const _ of operator(source)) {
        if (++seen < 3) continue;
        leftAt = now();
        break;
      }
      expect([seen, now() - leftAt]).toEqual([3, 5]);
      if (!readsAhead) expect(source.state).toBe("closed");
    }));

  it("cancels a source that is busy when it is left, and waits for its clean-up", () =>
    tidy(async () => {
      const source = watched(upTo(99), { ms: 100, cleanUp: 5 });
      await moveOnAfter(250, () => toArray(operator(source)));
      expect([source.state, source.asked, now()]).toEqual(["cancelled", 3, 255]);
    }));

  it("closes its source when the loop fails", () =>
    tidy(async () => {
      const source = watched(naturals());
      const error = await errorOf(async () => {
        for await (const _ of operator(source)) throw new Error("in the loop");
      });
      expect([error.message, ["closed", "cancelled"].includes(source.state)]).toEqual(["in the loop", true]);
    }));

  it("ends when the body of the loop is cancelled", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      const error = await errorOf(() =>
        timeout(50, async () => {
          for await (const _ of operator(source)) await sleep(Infinity);
        }),
      );
      expect([error.name, now(), ["closed", "cancelled"].includes(source.state)]).toEqual(["TimeoutError", 50, true]);
    }));

  it("meets a cancellation also when it never has to wait", () =>
    tidy(async () => {
      await cancelScope(async (scope) => {
        let seen = 0;
        const error = await errorOf(async () => {
          for await (const _ of operator(naturals())) if (++seen === 3) scope.cancel();
        });
        expect([seen, isCancelled(error)]).toEqual([3, true]);
      });
    }));

  it("lets timers in while neither the source nor the loop ever wait", () =>
    tidy(async ({ clock }) => {
      let seen = 0;
      const turned = clock.turn().then(() => seen);
      for await (const _ of operator(naturals())) if (++seen === 20_000) break;
      expect(await turned).toBeLessThan(20_000);
    }));

  it("may be closed before it was started, and twice", () =>
    tidy(async () => {
      const source = watched(upTo(3));
      const iterator = operator(source)[Symbol.asyncIterator]();
      await iterator.return?.();
      await iterator.return?.();
      expect([source.state, (await iterator.next()).done]).toEqual(["new", true]);
    }));
}
