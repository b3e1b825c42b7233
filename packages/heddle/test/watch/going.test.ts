import { setImmediate as immediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Going } from "../../src/watch/going.js";

/** A world of tasks, each of which goes on in the job after the one that woke it, as after a wait of ours. */
class World {
  readonly turns: number[] = [];
  readonly going: Going = new Going((task) => this.turns.push(task));

  /** Wakes tasks together; each stops by a call of ours or leaves unheard, and then the stretch ends. */
  async stretch(tasks: readonly { task: number; unheard?: boolean }[]): Promise<number[]> {
    this.turns.length = 0;
    for (const { task, unheard = false } of tasks) {
      this.going.woken(task);
      void Promise.resolve().then(() => {
        if (!unheard) this.going.stopped(task);
      });
    }
    await immediate();
    this.going.endStretch();
    return [...this.turns];
  }
}

describe("those that go on", () => {
  const TWO = [{ task: 1 }, { task: 2 }];
  const ONE_LEAVES = [{ task: 1, unheard: true }, { task: 2 }];

  it("have their turns told, so that one that leaves unheard is told apart from the next", async () => {
    const world = new World();
    const turns = await world.stretch(ONE_LEAVES);
    expect(turns.slice(0, 2)).toEqual([1, 2]);
  });

  it("are not marked any more once nobody has left unheard for some stretches", async () => {
    const world = new World();
    expect(await world.stretch(TWO)).toEqual([1, 2]);
    for (let i = 0; i < 8; i++) await world.stretch(TWO);
    expect(world.going.allHeard).toBe(true);
    expect(await world.stretch(TWO)).toEqual([]);
  });

  it("are marked again from the stretch after the one in which somebody left unheard, and for longer then", async () => {
    const world = new World();
    const stretchesUntilCalm = async (): Promise<number> => {
      let count = 0;
      while (!world.going.allHeard) {
        await world.stretch(TWO);
        count++;
      }
      return count;
    };
    const first = await stretchesUntilCalm();
    await world.stretch(ONE_LEAVES);
    expect(world.going.allHeard).toBe(false);
    expect((await world.stretch(ONE_LEAVES)).slice(0, 2)).toEqual([1, 2]);
    expect(await stretchesUntilCalm()).toBeGreaterThan(first * 3);
  });

  it("notice one that comes back from where nobody heard of it", async () => {
    const world = new World();
    for (let i = 0; i < 9; i++) await world.stretch(TWO);
    expect(world.going.allHeard).toBe(true);
    world.going.stopped(3);
    expect(world.going.allHeard).toBe(false);
  });
});
