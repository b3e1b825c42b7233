import { createTask, sleep, taskGroup, timeout } from "heddle";
import { setDebug } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { afterEach, describe, expect, it, vi } from "vitest";

// Its stacks have one frame of the program less.
const isBun = "bun" in process.versions;

afterEach(() => void setDebug(false));

describe("debug mode", () => {
  it("notes where tasks of groups were created, which is not known without it", () =>
    virtualTime(async () => {
      const place = async (): Promise<string | undefined> => {
        const task = await taskGroup((group) => [group.createTask(() => {})]);
        return task?.[0]?.createdAt;
      };
      expect(await place()).toBe(undefined);
      expect(setDebug(true)).toBe(false);
      expect(await place()).toMatch(/\.ts:\d+:\d+$/);
      expect(setDebug(false)).toBe(true);
    }));

  it.each([
    ["a wait", () => sleep(100)],
    ["a call with a scope of its own", () => timeout(1000, () => sleep(100))],
  ])("says that %s which nobody awaited outlives its task, and where it was started", (_, work) =>
    virtualTime(async () => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      try {
        setDebug(true);
        let floating: Promise<void> | undefined;
        const task = createTask(
          async () => {
            floating = work();
          },
          { name: "careless" },
        );
        await task;
        expect(warn.mock.calls).toEqual([
          [
            expect.stringMatching(
              isBun
                ? /^heddle: work that task "careless" has left behind goes on: it waits at .*debug\.test\.ts:\d+:\d+/
                : /^heddle: work that task "careless" has left behind goes on: it waits at .*debug\.test\.ts:\d+:\d+, called from .*debug\.test\.ts:\d+:\d+/,
            ),
          ],
        ]);
        await floating;
      } finally {
        warn.mockRestore();
      }
    }),
  );

  it("says nothing of work that was awaited, nor of anything when it is off", () =>
    virtualTime(async () => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      try {
        setDebug(true);
        await createTask(() => timeout(1000, () => sleep(100)));
        await taskGroup((group) => void group.createTask(() => sleep(5)));
        setDebug(false);
        let floating: Promise<void> | undefined;
        await createTask(async () => {
          floating = sleep(100);
        });
        await floating;
        expect(warn).not.toHaveBeenCalled();
      } finally {
        warn.mockRestore();
      }
    }));
});
