import { createTask, run, sleep } from "heddle";
import type { TaskInfo } from "heddle/watch";
import { ageWords, takeSnapshot, waitingFor } from "heddle/watch";
import { expect, it } from "vitest";

function burn(ms: number): void {
  const start = performance.now();
  while (performance.now() - start < ms);
}

it("debug mode adds up how long each task has run between its waits, and knows since when it is elsewhere", async () => {
  let told = new Map<string, TaskInfo>();
  await run(
    async () => {
      let settle = (): void => {};
      const foreign = new Promise<void>((resolve) => {
        settle = resolve;
      });
      const heavy = createTask(async function heavy() {
        for (let i = 0; i < 4; i++) {
          burn(15);
          await sleep(1);
        }
        await foreign;
      });
      const light = createTask(async function light() {
        for (let i = 0; i < 4; i++) await sleep(1);
        await foreign;
      });
      await sleep(150);
      told = new Map(takeSnapshot()?.tasks.map((task) => [task.name, task]));
      settle();
      await heavy;
      await light;
    },
    { debug: true },
  );
  const [heavy, light] = ["heavy", "light"].map((name) => told.get(name) as TaskInfo) as [TaskInfo, TaskInfo];
  expect(heavy.ran).toBeGreaterThanOrEqual(59);
  expect(light.ran).toBeLessThan(heavy.ran as number);
  expect(light.waits).toEqual([]);
  expect(waitingFor(light), ageWords(light.age)).toBeLessThanOrEqual(light.age + 1);
  expect(takeSnapshot()?.tasks.some(({ ran }) => ran !== undefined)).toBe(false);
});
