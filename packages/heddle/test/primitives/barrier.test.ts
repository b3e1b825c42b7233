import { inspect } from "node:util";
import fc from "fast-check";
import { Barrier, createTask, gather, sleep } from "heddle";
import { assertCheckpoints, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { Calls } from "../support/calls.js";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { timeline } from "../support/timeline.js";

describe("Barrier", () => {
  it("lets nobody go on before all are there, and then all at the same moment", () =>
    virtualTime(async () => {
      const barrier = new Barrier(3);
      const log = timeline();
      await gather(
        [10, 30, 20].map((ms) => async () => {
          await sleep(ms);
          await barrier.wait();
          log(`${ms} goes on`);
        }),
      );
      expect(log.lines).toEqual(["30 10 goes on", "30 20 goes on", "30 30 goes on"]);
    }));

  it("gives each of a round a number of its own, in the order in which they came", () =>
    virtualTime(async () => {
      const barrier = new Barrier(3);
      const round = () => gather([0, 1, 2].map(() => () => barrier.wait()));
      expect(await round()).toEqual([0, 1, 2]);
      expect(await round()).toEqual([0, 1, 2]);
    }));

  it("of one party never waits", () =>
    virtualTime(async () => {
      const barrier = new Barrier(1);
      expect([await barrier.wait(), await barrier.wait()]).toEqual([0, 0]);
    }));

  it("counts one who comes back before the others have moved for the next round", () =>
    virtualTime(async () => {
      const barrier = new Barrier(2);
      const rounds: string[] = [];
      const runner = (name: string) => async () => {
        for (let round = 1; round <= 3; round++) rounds.push(`${round}${name}${await barrier.wait()}`);
      };
      await gather(runner("a"), runner("b"));
      expect(rounds.map((line) => line[0])).toEqual(["1", "1", "2", "2", "3", "3"]);
    }));

  it("does not let go those who come while the last round has not moved yet", () =>
    virtualTime(async () => {
      const barrier = new Barrier(2);
      const calls = new Calls();
      for (let i = 0; i < 3; i++) calls.start(() => barrier.wait());
      expect(barrier.waiting).toBe(1);
      await settle();
      expect(calls.ends).toEqual(["0", "1", "waits"]);
      calls.cancelAll();
    }));

  it("lets one who is cancelled leave, and waits for one more", () =>
    virtualTime(async () => {
      const barrier = new Barrier(3);
      const calls = new Calls();
      for (let i = 0; i < 2; i++) calls.start(() => barrier.wait());
      calls.cancel(0);
      await settle();
      expect([barrier.waiting, barrier.broken]).toEqual([1, false]);
      for (let i = 0; i < 2; i++) calls.start(() => barrier.wait());
      await settle();
      expect(calls.ends).toEqual(["cancelled", "0", "1", "2"]);
    }));

  it("lets those go who were complete before one of them was cancelled", () =>
    virtualTime(async () => {
      const barrier = new Barrier(2);
      const calls = new Calls();
      for (let i = 0; i < 2; i++) calls.start(() => barrier.wait());
      calls.cancel(0);
      barrier.reset();
      await settle();
      expect(calls.ends).toEqual(["0", "1"]);
    }));

  it("`reset()` sends those who wait away, and can be used again at once", () =>
    virtualTime(async () => {
      const barrier = new Barrier(2);
      const task = createTask(() => errorOf(() => barrier.wait()));
      await settle();
      barrier.reset();
      expect(await task).toMatchObject({
        name: "BrokenBarrierError",
        code: "HEDDLE_BROKEN_BARRIER",
        message: "Cannot wait at a barrier any longer as it was reset",
      });
      expect(barrier.broken).toBe(false);
      expect(await gather([0, 1].map(() => () => barrier.wait()))).toEqual([0, 1]);
    }));

  it("`abort()` sends everybody away until it is reset", () =>
    virtualTime(async () => {
      const barrier = new Barrier(2);
      const task = createTask(() => errorOf(() => barrier.wait()));
      await settle();
      barrier.abort();
      expect((await task).message).toBe("Cannot wait at a barrier any longer as it was aborted");
      expect((await errorOf(() => barrier.wait())).message).toBe("Cannot wait at a barrier as it was aborted");
      expect([barrier.broken, barrier.waiting]).toEqual([true, 0]);
      barrier.reset();
      expect(await gather([0, 1].map(() => () => barrier.wait()))).toEqual([0, 1]);
    }));

  it("throws in a cancelled scope, and does not count the caller", () =>
    virtualTime(async () => {
      const barrier = new Barrier(1);
      await assertCheckpoints(() => barrier.wait());
      const two = new Barrier(2);
      await assertCheckpoints(() => two.wait());
      expect(two.waiting).toBe(0);
    }));

  it("refuses a number of parties that is no whole number above 0", () =>
    expectRefused(
      () => new Barrier(0),
      "Cannot make a barrier as the number of parties must be a whole number, 1 or more: received 0",
    ));

  it("says how it is in one line", () => {
    const barrier = new Barrier(3);
    expect(barrier.stats()).toEqual({ parties: 3, waiting: 0, state: "filling" });
    barrier.abort();
    expect(inspect(barrier)).toBe("Barrier { broken, waiting: 0 of 3 }");
  });

  it("does as a model does, whatever happens in one go", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(
          fc.array(
            fc.oneof(
              { weight: 3, arbitrary: fc.constant("wait" as const) },
              fc.constantFrom("reset" as const, "abort" as const),
              { weight: 2, arbitrary: fc.nat(20) },
            ),
            { maxLength: 6 },
          ),
        ),
        (parties, turns) =>
          virtualTime(async (clock) => {
            const barrier = new Barrier(parties);
            const calls = new Calls();
            const model: string[] = [];
            let waiting: number[] = [];
            let broken = false;
            const sendAway = (): void => {
              for (const id of waiting) model[id] = "BrokenBarrierError";
              waiting = [];
            };
            for (const turn of turns) {
              for (const act of turn) {
                if (act === "wait") {
                  const id = calls.start(() => barrier.wait());
                  model.push(broken ? "BrokenBarrierError" : "waits");
                  if (!broken) waiting.push(id);
                  if (waiting.length === parties) {
                    for (const [index, each] of waiting.entries()) model[each] = String(index);
                    waiting = [];
                  }
                } else if (typeof act === "number") {
                  calls.cancel(act);
                  if (model[act] === "waits") model[act] = "cancelled";
                  waiting = waiting.filter((id) => id !== act);
                } else {
                  barrier[act]();
                  sendAway();
                  broken = act === "abort";
                }
              }
              await settle();
              expect(calls.ends).toEqual(model);
              expect([barrier.waiting, barrier.broken]).toEqual([waiting.length, broken]);
            }
            calls.cancelAll();
            await settle();
            expect(barrier.waiting).toBe(0);
            expect(clock.pending).toBe(0);
          }),
      ),
      runs(100),
    ));
});
