import { setImmediate as immediateLater, setTimeout as later, setInterval as tick } from "node:timers/promises";
import { sleep } from "heddle";
import { describe, expect, it } from "vitest";
import { whoRuns } from "./whoRuns.js";

describe("the context of a deferred call", () => {
  it.each<[string, (callback: () => void) => unknown]>([
    ["setTimeout()", (callback) => setTimeout(callback, 1)],
    ["setImmediate()", (callback) => setImmediate(callback)],
    ["queueMicrotask()", (callback) => queueMicrotask(callback)],
    ["process.nextTick()", (callback) => process.nextTick(callback)],
    [
      "setInterval()",
      (callback) => {
        const timer = setInterval(() => {
          clearInterval(timer);
          callback();
        }, 1);
      },
    ],
  ])("is the caller's for %s", async (_, defer) => {
    const seen = await whoRuns((note) => ({ caller: () => defer(() => note("callback")), other: () => sleep(2) }));
    expect(seen).toEqual(["callback in caller"]);
  });

  it("is the waiter's after node:timers/promises", async () => {
    const seen = await whoRuns(
      (note) => ({
        async first() {
          await later(1);
          note("after setTimeout()");
          for await (const _ of tick(1)) {
            note("loop over setInterval()");
            break;
          }
        },
        async second() {
          await immediateLater();
          note("after setImmediate()");
        },
      }),
      { notes: 3 },
    );
    expect(seen.sort()).toEqual([
      "after setImmediate() in second",
      "after setTimeout() in first",
      "loop over setInterval() in first",
    ]);
  });

  it("is each sleeper's own though one native timer serves all", async () => {
    const nap = (note: (what: string) => void, what: string) => async (): Promise<void> => {
      await sleep(1);
      note(what);
      await sleep(1);
      note(`${what} again`);
    };
    const seen = await whoRuns((note) => ({ first: nap(note, "one"), second: nap(note, "two") }), { notes: 4 });
    expect(seen).toEqual(["one in first", "two in second", "one again in first", "two again in second"]);
  });
});
