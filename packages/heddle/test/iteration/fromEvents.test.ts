import { EventEmitter, getEventListeners } from "node:events";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { cancelScope, createTask, fromEvents, isCancelled, merge, moveOnAfter, now, sleep, take } from "heddle";
import { settle } from "heddle/testing";
import { describe, expect, expectTypeOf, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { toArray } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

/** How many listeners there are, whatever for. */
function listeners(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

describe("of an emitter", () => {
  it("an item is what the listener got", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      const events = fromEvents<[string, number]>(emitter, "data", { end: "end" });
      emitter.emit("data", "a", 1);
      emitter.emit("other");
      emitter.emit("data", "b", 2);
      emitter.emit("end");
      for await (const [text] of events) expectTypeOf(text).toEqualTypeOf<string>();
      expect(listeners(emitter)).toBe(0);
    }));

  it("events are kept from the call on, in order", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      emitter.emit("data", 0);
      const events = fromEvents(emitter, "data", { end: "end" });
      for (const item of [1, 2, 3]) emitter.emit("data", item);
      emitter.emit("end");
      expect(await toArray(events)).toEqual([[1], [2], [3]]);
    }));

  it("a loop that waits gets an event at once", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      const seen: number[] = [];
      const loop = createTask(async () => {
        for await (const _ of take(fromEvents(emitter, "data"), 2)) seen.push(now());
      });
      await sleep(10);
      emitter.emit("data");
      await sleep(10);
      emitter.emit("data");
      await loop;
      expect([seen, listeners(emitter)]).toEqual([[10, 20], 0]);
    }));

  it("several names come with the name, in one order", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      const symbol = Symbol("b");
      const events = fromEvents(emitter, ["a", symbol], { end: ["end", "close"] });
      emitter.emit(symbol, 1);
      emitter.emit("a", 2, 3);
      emitter.emit("close");
      expect(await toArray(events)).toEqual([
        [symbol, 1],
        ["a", 2, 3],
      ]);
      expect(listeners(emitter)).toBe(0);
    }));
});

describe("of a target", () => {
  it("an item is the event", () =>
    tidy(async () => {
      const target = new EventTarget();
      const events = fromEvents<[Event]>(target, "change", { end: "done" });
      target.dispatchEvent(new Event("change"));
      target.dispatchEvent(new Event("done"));
      const [item] = await toArray(events);
      expect(item?.[0].type).toBe("change");
      expect(getEventListeners(target, "change").length + getEventListeners(target, "done").length).toBe(0);
    }));

  it("an error event fails with the error that it has, or else with one that has the event", () =>
    tidy(async () => {
      const target = new EventTarget();
      const first = fromEvents(target, "change");
      target.dispatchEvent(Object.assign(new Event("error"), { error: new Error("Broken") }));
      expect((await errorOf(() => first.next())).message).toBe("Broken");
      const second = fromEvents(target, "change");
      const event = new Event("error");
      target.dispatchEvent(event);
      expect(await errorOf(() => second.next())).toMatchObject({
        name: "ErrorEventError",
        code: "HEDDLE_ERROR_EVENT",
        message: "An error event brought no error: received an instance of Event",
        cause: event,
      });
      expect(getEventListeners(target, "error")).toEqual([]);
    }));
});

describe("an error event", () => {
  it("makes the loop fail, after what came before it", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      const events = fromEvents(emitter, "data");
      emitter.emit("data", 1);
      emitter.emit("error", new Error("Broken"));
      const seen: unknown[] = [];
      const error = await errorOf(async () => {
        for await (const [item] of events) seen.push(item);
      });
      expect([seen, error.message, listeners(emitter)]).toEqual([[1], "Broken", 0]);
      expect(await events.next()).toEqual({ done: true, value: undefined });
    }));

  it("reaches a loop that waits at once", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      const loop = createTask(() => errorOf(() => toArray(fromEvents(emitter, "data"))));
      await settle();
      emitter.emit("error", new Error("Broken"));
      expect((await loop).message).toBe("Broken");
    }));

  it("may have another name, or none", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      using named = fromEvents(emitter, "data", { error: "fault" });
      using none = fromEvents(emitter, "data", { error: null });
      expect(emitter.listenerCount("error")).toBe(0);
      emitter.emit("fault", new Error("Broken"));
      expect((await errorOf(() => named.next())).message).toBe("Broken");
      expect(none.state).toBe("listening");
    }));

  it("is an item like any other when it is one of the names", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      using events = fromEvents(emitter, ["error"]);
      const error = new Error("Broken");
      emitter.emit("error", error);
      expect((await events.next()).value).toEqual(["error", error]);
    }));
});

describe("more events than the loop can take", () => {
  const flood = (overflow?: "error" | "dropOldest" | "dropNewest") => {
    const emitter = new EventEmitter();
    const events = fromEvents(emitter, "data", {
      capacity: 2,
      end: "end",
      ...(overflow === undefined ? {} : { overflow }),
    });
    for (const item of [1, 2, 3, 4]) emitter.emit("data", item);
    emitter.emit("end");
    return { emitter, events };
  };

  it("make it fail, after those that there was room for", () =>
    tidy(async () => {
      const { emitter, events } = flood();
      expect([(await events.next()).value, (await events.next()).value]).toEqual([[1], [2]]);
      expect(await errorOf(() => events.next())).toMatchObject({
        name: "EventOverflowError",
        code: "HEDDLE_EVENT_OVERFLOW",
        message: "Cannot keep an event as 2 are waiting for the loop to take them",
      });
      expect(listeners(emitter)).toBe(0);
    }));

  it("push the oldest out, or are dropped, and are counted", () =>
    tidy(async () => {
      const oldest = flood("dropOldest").events;
      expect([await toArray(oldest), oldest.dropped]).toEqual([[[3], [4]], 2]);
      const newest = flood("dropNewest").events;
      expect([await toArray(newest), newest.dropped]).toEqual([[[1], [2]], 2]);
    }));
});

describe("the listeners are gone", () => {
  it("when the loop is left", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      const events = fromEvents(emitter, "data");
      emitter.emit("data");
      for await (const _ of events) break;
      expect([listeners(emitter), events.state]).toEqual([0, "closed"]);
    }));

  it("when the loop is cancelled", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      await moveOnAfter(10, () => toArray(fromEvents(emitter, "data")));
      expect([now(), listeners(emitter)]).toEqual([10, 0]);
    }));

  it("when the loop is cancelled though events are waiting", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      const events = fromEvents(emitter, "data");
      emitter.emit("data");
      await cancelScope(async (scope) => {
        scope.cancel();
        expect(isCancelled(await errorOf(() => events.next()))).toBe(true);
      });
      expect(listeners(emitter)).toBe(0);
    }));

  it("at the end of a block that uses them", () =>
    tidy(async () => {
      const emitter = new EventEmitter();
      {
        using _events = fromEvents(emitter, "data");
        expect(listeners(emitter)).toBe(2);
      }
      expect(listeners(emitter)).toBe(0);
    }));

  it("and a loop that waited has ended when it is closed from elsewhere", () =>
    tidy(async () => {
      const events = fromEvents(new EventEmitter(), "data");
      const loop = createTask(() => toArray(events));
      await settle();
      await events.return();
      expect(await loop).toEqual([]);
    }));
});

it("merges with other sources, and what is left is closed", () =>
  tidy(async () => {
    const [left, right] = [new EventEmitter(), new EventEmitter()];
    const both = merge(fromEvents(left, "data"), fromEvents(right, "data"));
    const loop = createTask(() => toArray(take(both, 2)));
    await settle();
    right.emit("data", "right");
    left.emit("data", "left");
    expect(await loop).toEqual([["right"], ["left"]]);
    expect([listeners(left), listeners(right)]).toEqual([0, 0]);
  }));

it("shows its state", () => {
  using events = fromEvents(new EventEmitter(), "data");
  expect(inspect(events)).toBe("EventStream { listening, dropped: 0 }");
});

it("refuses what it cannot do, at the call", async () => {
  const emitter = new EventEmitter();
  await expectRefused(
    () => fromEvents({} as never, "data"),
    "Cannot iterate over events as an EventEmitter or EventTarget is needed: received an object",
  );
  await expectRefused(
    () => fromEvents(emitter, [] as string[]),
    /their names must be strings or symbols: received an array of 0/,
  );
  await expectRefused(() => fromEvents(emitter, 5 as never), /their names must be strings or symbols: received 5/);
  await expectRefused(
    () => fromEvents(emitter, "data", { capacity: 0 }),
    /capacity must be a whole number, 1 or more, or Infinity/,
  );
  await expectRefused(
    () => fromEvents(emitter, "data", { overflow: "drop" as never }),
    /overflow must be "error", "dropOldest" or "dropNewest"/,
  );
  await expectRefused(
    () => fromEvents(emitter, "data", { end: [5 as never] }),
    /their names must be strings or symbols/,
  );
  await expectRefused(
    () => fromEvents(emitter, "data", { close: "end" } as never),
    /the options are capacity, overflow, error, end/,
  );
  expect(listeners(emitter)).toBe(0);
});

it("gives every event once and in order, whenever they come and however slow the loop is", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 20 }), fc.nat(6), (gaps, wait) =>
      tidy(async () => {
        const emitter = new EventEmitter();
        const events = fromEvents<[number]>(emitter, "data", { end: "end" });
        const emitting = createTask(async () => {
          for (const [index, gap] of gaps.entries()) {
            if (gap > 0) await sleep(gap);
            emitter.emit("data", index);
          }
          emitter.emit("end");
        });
        const seen: number[] = [];
        for await (const [item] of events) {
          seen.push(item);
          if (wait > 0) await sleep(wait);
        }
        await emitting;
        expect(seen).toEqual(gaps.map((_, index) => index));
        expect(listeners(emitter)).toBe(0);
      }),
    ),
    runs(100),
  ));
