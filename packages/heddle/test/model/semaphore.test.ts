import fc from "fast-check";
import type { CancelScope, Permit } from "heddle";
import { cancelScope, Semaphore } from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

/** The rules of a semaphore in the simplest form: a number, and a line of those who wait. */
class Model {
  size: number;
  out = 0;
  line: { id: number; wanted: number }[] = [];
  holding = new Map<number, number>();

  constructor(size: number) {
    this.size = size;
  }

  get available(): number {
    return this.size - this.out;
  }

  acquire(id: number, wanted: number): void {
    this.line.push({ id, wanted });
    this.serve();
  }

  tryAcquire(id: number, wanted: number): boolean {
    if (this.line.length > 0 || this.available < wanted) return false;
    this.acquire(id, wanted);
    return true;
  }

  release(count: number): void {
    this.out -= count;
    this.serve();
  }

  giveBack(id: number): void {
    const count = this.holding.get(id) ?? 0;
    this.holding.delete(id);
    if (count > 0) this.release(count);
  }

  cancel(id: number): void {
    this.line = this.line.filter((each) => each.id !== id);
    this.serve();
  }

  resize(size: number): void {
    this.size = size;
    this.serve();
  }

  serve(): void {
    while (this.line[0] !== undefined && this.available >= this.line[0].wanted) {
      const { id, wanted } = this.line.shift() as { id: number; wanted: number };
      this.out += wanted;
      this.holding.set(id, wanted);
    }
  }
}

const wanted = fc.integer({ min: 1, max: 4 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("acquire" as const), wanted }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("tryAcquire" as const), wanted }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("giveBack" as const), which: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), wanted }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("resize" as const), size: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
);

describe("Semaphore, against a model", () => {
  it("has the same permits free, the same waiters, and serves the same ones, at every step", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.array(step, { maxLength: 50 }), (size, steps) =>
        virtualTime(async (clock) => {
          const semaphore = new Semaphore(size);
          const model = new Model(size);
          const scopes = new Map<number, CancelScope>();
          const permits = new Map<number, Permit>();
          let ids = 0;

          for (const each of steps) {
            if (each.do === "acquire") {
              const id = ids++;
              model.acquire(id, each.wanted);
              void cancelScope(async (scope) => {
                scopes.set(id, scope);
                permits.set(id, await semaphore.acquire(each.wanted));
              });
            } else if (each.do === "tryAcquire") {
              const id = ids++;
              const permit = semaphore.tryAcquire(each.wanted);
              expect(permit !== undefined).toBe(model.tryAcquire(id, each.wanted));
              if (permit !== undefined) permits.set(id, permit);
            } else if (each.do === "giveBack") {
              // A permit may be handed over and not have arrived yet: only what has arrived can be given back.
              const id = [...permits.keys()][each.which % (permits.size || 1)];
              if (id !== undefined) {
                model.giveBack(id);
                permits.get(id)?.release();
              }
            } else if (each.do === "cancel") {
              const id = [...scopes.keys()][each.which % (scopes.size || 1)];
              if (id !== undefined) {
                model.cancel(id);
                scopes.get(id)?.cancel();
              }
            } else if (each.do === "release") {
              model.release(each.wanted);
              semaphore.release(each.wanted);
            } else if (each.do === "resize") {
              model.resize(each.size);
              semaphore.resize(each.size);
            } else {
              await settle();
            }
            expect(semaphore.stats()).toEqual({
              available: model.available,
              waiting: model.line.length,
              max: Infinity,
            });
          }

          await settle();
          // Everybody who was served has got it, cancelled since or not, and nobody else.
          for (const id of model.holding.keys()) expect(permits.has(id)).toBe(true);
          for (const permit of permits.values()) permit.release();
          for (const id of [...model.holding.keys()]) model.giveBack(id);
          for (const [id, scope] of scopes) {
            scope.cancel();
            model.cancel(id);
          }
          await settle();
          for (const permit of permits.values()) permit.release();
          for (const id of [...model.holding.keys()]) model.giveBack(id);
          expect(semaphore.stats()).toEqual({ available: model.available, waiting: 0, max: Infinity });
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(150),
    );
  });
});
