import fc from "fast-check";
import type { CancelScope } from "heddle";
import { cancelScope, Queue } from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

/** What becomes of a call: it waits, it is done, it was cancelled, or the queue was shut down. */
type Fate = "waits" | "done" | "cancelled" | "refused";

/** The rules of a queue in the simplest form: three lines, and a check of all of them after every step. */
class Model {
  readonly max: number;
  items: number[] = [];
  getting: number[] = [];
  putting: { id: number; item: number }[] = [];
  joining: number[] = [];
  unfinished = 0;
  open = true;
  fates: Fate[] = [];
  got = new Map<number, number>();

  constructor(max: number) {
    this.max = max;
  }

  put(id: number, item: number): void {
    this.fates[id] = this.open ? "waits" : "refused";
    if (this.open) this.putting.push({ id, item });
    this.balance();
  }

  get(id: number): void {
    this.fates[id] = "waits";
    this.getting.push(id);
    this.balance();
  }

  join(id: number): void {
    this.fates[id] = "waits";
    this.joining.push(id);
    this.balance();
  }

  taskDone(): void {
    this.unfinished--;
    this.balance();
  }

  cancel(id: number): void {
    if (this.fates[id] !== "waits") return;
    this.fates[id] = "cancelled";
    this.getting = this.getting.filter((each) => each !== id);
    this.putting = this.putting.filter((each) => each.id !== id);
    this.joining = this.joining.filter((each) => each !== id);
  }

  shutdown(immediate: boolean): void {
    this.open = false;
    if (immediate) {
      // Some may have been reported as done before anybody got them.
      this.unfinished = Math.max(0, this.unfinished - this.items.length);
      this.items = [];
    }
    for (const { id } of this.putting.splice(0)) this.fates[id] = "refused";
    this.balance();
  }

  balance(): void {
    for (;;) {
      if (this.putting.length > 0 && this.items.length < this.max) {
        const { id, item } = this.putting.shift() as { id: number; item: number };
        this.fates[id] = "done";
        this.unfinished++;
        this.items.push(item);
      } else if (this.getting.length > 0 && this.items.length > 0) {
        const id = this.getting.shift() as number;
        this.fates[id] = "done";
        this.got.set(id, this.items.shift() as number);
      } else break;
    }
    if (!this.open && this.items.length === 0) for (const id of this.getting.splice(0)) this.fates[id] = "refused";
    if (this.unfinished === 0) for (const id of this.joining.splice(0)) this.fates[id] = "done";
  }
}

const nat = fc.nat(20);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("put" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("get" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("tryPut" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("tryGet" as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: nat }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("taskDone" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("join" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("shutdown" as const), immediate: fc.boolean() }) },
);

describe("Queue, against a model", () => {
  it("has the same items and waiters at every step, and loses and doubles nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(Infinity)),
        fc.array(step, { maxLength: 50 }),
        (max, steps) =>
          virtualTime(async (clock) => {
            const queue = new Queue<number>(max);
            const model = new Model(max);
            const fates: Fate[] = [];
            const got = new Map<number, number>();
            const scopes: CancelScope[] = [];
            let items = 0;

            /** Calls in a scope of its own, so that it can be cancelled, and notes what becomes of it. */
            const call = (work: (id: number) => Promise<unknown>): void => {
              const id = fates.push("waits") - 1;
              let handle: CancelScope | undefined;
              void cancelScope(async (scope) => {
                handle = scope;
                scopes[id] = scope;
                await work(id);
                fates[id] = "done";
              }).then(
                () => {
                  if (handle?.cancelCaught === true) fates[id] = "cancelled";
                },
                () => {
                  fates[id] = "refused";
                },
              );
            };

            for (const each of steps) {
              if (each.do === "put") {
                const item = items++;
                model.put(fates.length, item);
                call(() => queue.put(item));
              } else if (each.do === "get") {
                model.get(fates.length);
                call(async (id) => void got.set(id, await queue.get()));
              } else if (each.do === "join") {
                model.join(fates.length);
                call(() => queue.join());
              } else if (each.do === "tryPut" && model.open) {
                const fits = model.items.length < max;
                const item = items++;
                expect(queue.tryPut(item)).toBe(fits);
                const id = fates.push(fits ? "done" : "refused") - 1;
                if (fits) model.put(id, item);
                else model.fates[id] = "refused";
              } else if (each.do === "tryGet") {
                const id = fates.push("done") - 1;
                const first = model.items[0];
                if (first === undefined) model.fates[id] = "done";
                else model.get(id);
                const item = queue.tryGet();
                expect(item).toBe(first);
                if (item !== undefined) got.set(id, item);
              } else if (each.do === "cancel" && scopes.length > 0) {
                const id = each.which % scopes.length;
                model.cancel(id);
                scopes[id]?.cancel();
              } else if (each.do === "taskDone" && model.unfinished > 0) {
                model.taskDone();
                queue.taskDone();
              } else if (each.do === "shutdown") {
                model.shutdown(each.immediate);
                queue.shutdown({ immediate: each.immediate });
              } else if (each.do === "settle") {
                await settle();
                expect(fates).toEqual(model.fates);
              }
              expect(queue.stats()).toEqual({
                size: model.items.length,
                maxSize: max,
                getting: model.getting.length,
                putting: model.putting.length,
                unfinished: model.unfinished,
                state: model.open ? "open" : "shut down",
              });
            }

            await settle();
            expect(fates).toEqual(model.fates);
            expect([...got].sort()).toEqual([...model.got].sort());
            for (const scope of scopes) scope?.cancel();
            await settle();
            expect(queue.stats()).toMatchObject({ getting: 0, putting: 0 });
            expect(clock.pending).toBe(0);
          }),
      ),
      runs(150),
    );
  });
});
