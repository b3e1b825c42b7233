import { inspect } from "node:util";
import fc from "fast-check";
import { createTask, Event, gather } from "heddle";
import { assertCheckpoints, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { Calls } from "../support/calls.js";
import { runs } from "../support/runs.js";

describe("Event", () => {
  it("`wait()` waits until the flag is set, and then no more until it is cleared", () =>
    virtualTime(async () => {
      const event = new Event();
      const calls = new Calls();
      calls.start(() => event.wait());
      await settle();
      expect(calls.ends).toEqual(["waits"]);
      event.set();
      calls.start(() => event.wait());
      await settle();
      expect(calls.ends).toEqual(["undefined", "undefined"]);
      event.clear();
      calls.start(() => event.wait());
      await settle();
      expect(calls.ends[2]).toBe("waits");
      event.set();
    }));

  it("wakes those who wait in the order in which they came", () =>
    virtualTime(async () => {
      const event = new Event();
      const order: string[] = [];
      const waiting = ["a", "b", "c"].map((name) => async () => {
        await event.wait();
        order.push(name);
      });
      createTask(() => event.set());
      await gather(waiting);
      expect(order).toEqual(["a", "b", "c"]);
    }));

  it("wakes all who wait when it is set and cleared in one go", () =>
    virtualTime(async () => {
      const event = new Event();
      const calls = new Calls();
      calls.start(() => event.wait());
      calls.start(() => event.wait());
      event.set();
      event.clear();
      await settle();
      expect(calls.ends).toEqual(["undefined", "undefined"]);
      expect(event.isSet).toBe(false);
    }));

  it("lets one who is cancelled go, and keeps the others", () =>
    virtualTime(async () => {
      const event = new Event();
      const calls = new Calls();
      calls.start(() => event.wait());
      calls.start(() => event.wait());
      calls.cancel(0);
      expect(event.stats().waiting).toBe(1);
      event.set();
      await settle();
      expect(calls.ends).toEqual(["cancelled", "undefined"]);
    }));

  it("throws in a cancelled scope, also when the flag is set", () =>
    virtualTime(async () => {
      const event = new Event();
      event.set();
      await assertCheckpoints(() => event.wait());
    }));

  it("can be set and cleared twice", () => {
    const event = new Event();
    event.set();
    event.set();
    expect(event.isSet).toBe(true);
    event.clear();
    event.clear();
    expect(event.isSet).toBe(false);
  });

  it("says how it is in one line", () =>
    virtualTime(async () => {
      const event = new Event();
      const calls = new Calls();
      calls.start(() => event.wait());
      expect(event.stats()).toEqual({ isSet: false, waiting: 1 });
      expect(inspect(event)).toBe("Event { clear, waiting: 1 }");
      event.set();
      expect(inspect(event)).toBe("Event { set, waiting: 0 }");
    }));

  it("does as a model does, whatever happens in one go", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.oneof(fc.constantFrom("wait", "set", "clear"), fc.nat(20)), { maxLength: 5 })),
        (turns) =>
          virtualTime(async (clock) => {
            const event = new Event();
            const calls = new Calls();
            const model: string[] = [];
            let isSet = false;
            for (const turn of turns) {
              for (const act of turn) {
                if (act === "wait") {
                  calls.start(() => event.wait());
                  model.push(isSet ? "undefined" : "waits");
                } else if (act === "set") {
                  event.set();
                  isSet = true;
                  for (const [i, end] of model.entries()) if (end === "waits") model[i] = "undefined";
                } else if (act === "clear") {
                  event.clear();
                  isSet = false;
                } else if (typeof act === "number") {
                  calls.cancel(act);
                  if (model[act] === "waits") model[act] = "cancelled";
                }
              }
              await settle();
              expect(calls.ends).toEqual(model);
              expect(event.stats()).toEqual({ isSet, waiting: model.filter((end) => end === "waits").length });
            }
            calls.cancelAll();
            await settle();
            expect(event.stats().waiting).toBe(0);
            expect(clock.pending).toBe(0);
          }),
      ),
      runs(60),
    ));
});
