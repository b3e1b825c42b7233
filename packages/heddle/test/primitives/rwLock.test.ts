import { inspect } from "node:util";
import fc from "fast-check";
import type { Guard } from "heddle";
import { gather, moveOnAfter, RWLock, sleep } from "heddle";
import { assertCheckpoints, leakCheck, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { Calls } from "../support/calls.js";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { timeline } from "../support/timeline.js";

describe("RWLock", () => {
  it("lets any number read at a time, and one write while nobody reads", () =>
    leakCheck(() =>
      virtualTime(async () => {
        const lock = new RWLock();
        const log = timeline();
        const reader = (name: string) => () =>
          lock.withRead(async () => {
            log(`${name} reads`);
            await sleep(10);
          });
        const writer = (name: string) => () =>
          lock.withWrite(async () => {
            log(`${name} writes`);
            await sleep(10);
          });
        await gather(reader("a"), reader("b"), writer("c"), writer("d"), reader("e"), reader("f"));
        expect(log.lines).toEqual(["0 a reads", "0 b reads", "10 c writes", "20 d writes", "30 e reads", "30 f reads"]);
      }),
    ));

  it("makes a reader wait behind a writer who waits, so that writers get their turn", () =>
    virtualTime(async () => {
      const lock = new RWLock();
      using first = await lock.read();
      const calls = new Calls();
      calls.start(() => lock.write());
      expect(lock.tryRead()).toBe(undefined);
      calls.start(() => lock.read());
      await settle();
      expect(calls.ends).toEqual(["waits", "waits"]);
      first.release();
      await settle();
      expect(lock.stats()).toEqual({ readers: 0, writing: true, waitingReaders: 1, waitingWriters: 0 });
      calls.cancelAll();
    }));

  it("lets the readers behind a writer in when that writer is cancelled", () =>
    virtualTime(async () => {
      const lock = new RWLock();
      using _guard = await lock.read();
      const calls = new Calls();
      const writer = calls.start(() => lock.write());
      calls.start(() => lock.read());
      calls.start(() => lock.read());
      calls.cancel(writer);
      await settle();
      expect(lock.stats()).toEqual({ readers: 3, writing: false, waitingReaders: 0, waitingWriters: 0 });
    }));

  it("never waits in `tryRead()` and `tryWrite()`", () => {
    const lock = new RWLock();
    const reading = lock.tryRead();
    expect(lock.tryRead()).not.toBe(undefined);
    expect(lock.tryWrite()).toBe(undefined);
    reading?.release();
    reading?.release();
    expect(lock.stats().readers).toBe(1);
  });

  it("lets nobody in while one writes", () => {
    const lock = new RWLock();
    using _guard = lock.tryWrite() as Guard;
    expect([lock.tryRead(), lock.tryWrite()]).toEqual([undefined, undefined]);
  });

  it("throws in a cancelled scope, also when it is free", () =>
    virtualTime(async () => {
      const lock = new RWLock();
      await assertCheckpoints(() => lock.read());
      await assertCheckpoints(() => lock.write());
      expect(lock.stats()).toEqual({ readers: 0, writing: false, waitingReaders: 0, waitingWriters: 0 });
    }));

  it("`withRead()` and `withWrite()` give back what they took when the function throws", () =>
    virtualTime(async () => {
      const lock = new RWLock();
      const error = new Error("no");
      const fail = (): never => {
        throw error;
      };
      expect(await errorOf(() => lock.withRead(fail))).toBe(error);
      expect(await errorOf(() => lock.withWrite(fail))).toBe(error);
      expect(await lock.withWrite(() => 5)).toBe(5);
    }));

  it("`withWrite()` does not call the function when it is cancelled while it waits", () =>
    virtualTime(async () => {
      const lock = new RWLock();
      using _guard = await lock.read();
      let called = false;
      await moveOnAfter(1, () =>
        lock.withWrite(() => {
          called = true;
        }),
      );
      expect(called).toBe(false);
    }));

  it("refuses what is no function", async () => {
    const lock = new RWLock();
    await expectRefused(
      () => lock.withRead(1 as never),
      "Cannot read under a lock as a function is needed: received 1",
    );
    await expectRefused(() => lock.withWrite(1 as never), /^Cannot write under a lock as a function is needed/);
  });

  it("says how it is in one line", () =>
    virtualTime(async () => {
      const lock = new RWLock();
      const guard = await lock.read();
      const calls = new Calls();
      calls.start(() => lock.write());
      expect(inspect(lock)).toBe("RWLock { readers: 1, waiting to read: 0, waiting to write: 1 }");
      guard.release();
      expect(inspect(lock)).toBe("RWLock { writing, waiting to read: 0, waiting to write: 0 }");
    }));

  it("names the right that was not given back", async () => {
    const lock = new RWLock();
    const error = await errorOf(() => leakCheck(() => lock.write()));
    expect(error).toMatchObject({ leaks: ["the right to write under an RWLock"] });
  });

  it("does as a model does, whatever happens in one go", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.array(act, { maxLength: 5 }), { maxLength: 20 }), (turns) =>
        virtualTime(async (clock) => {
          const lock = new RWLock();
          const calls = new Calls();
          const guards: Guard[] = [];
          const model = new Model();
          for (const turn of turns) {
            // A guard can be released from the turn after the one in which it was given on.
            const held = guards.length;
            for (const each of turn) {
              if (!("who" in each)) {
                const id = model.arrive(each.act);
                calls.start(async () => {
                  guards[id] = await (each.act === "read" ? lock.read() : lock.write());
                  return "in";
                });
              } else if (each.act === "release") {
                if (each.who >= held) continue;
                if (guards[each.who] !== undefined) model.release(each.who);
                guards[each.who]?.release();
              } else {
                calls.cancel(each.who);
                model.cancel(each.who);
              }
            }
            await settle();
            expect(calls.ends).toEqual(model.ends);
            expect(lock.stats()).toEqual(model.stats());
          }
          calls.cancelAll();
          await settle();
          for (const guard of guards) guard?.release();
          expect(lock.stats()).toEqual({ readers: 0, writing: false, waitingReaders: 0, waitingWriters: 0 });
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(100),
    ));
});

type Access = "read" | "write";

const act = fc.oneof(
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom<Access>("read", "write") }) },
  fc.record({ act: fc.constantFrom("release" as const, "cancel" as const), who: fc.nat(15) }),
);

class Model {
  readonly ends: string[] = [];
  readonly #kinds: Access[] = [];
  #inside = new Set<number>();
  #line: number[] = [];

  arrive(kind: Access): number {
    const id = this.ends.length;
    this.#kinds.push(kind);
    this.ends.push("waits");
    this.#line.push(id);
    this.#serve();
    return id;
  }

  release(id: number): void {
    this.#inside.delete(id);
    this.#serve();
  }

  cancel(id: number): void {
    if (this.ends[id] !== "waits") return;
    this.ends[id] = "cancelled";
    this.#line = this.#line.filter((other) => other !== id);
    this.#serve();
  }

  stats() {
    const count = (ids: Iterable<number>, kind: Access): number =>
      [...ids].filter((id) => this.#kinds[id] === kind).length;
    return {
      readers: count(this.#inside, "read"),
      writing: count(this.#inside, "write") === 1,
      waitingReaders: count(this.#line, "read"),
      waitingWriters: count(this.#line, "write"),
    };
  }

  #serve(): void {
    for (let id = this.#line[0]; id !== undefined && this.#admits(id); id = this.#line[0]) {
      this.#line.shift();
      this.#inside.add(id);
      this.ends[id] = "in";
    }
  }

  #admits(id: number): boolean {
    if (this.#kinds[id] === "write") return this.#inside.size === 0;
    return [...this.#inside].every((other) => this.#kinds[other] === "read");
  }
}
