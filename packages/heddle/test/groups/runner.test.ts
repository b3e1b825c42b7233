import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { Task } from "heddle";
import {
  allTasks,
  cancelScope,
  createTask,
  currentTask,
  isCancelled,
  moveOnAfter,
  now,
  Runner,
  shield,
  sleep,
} from "heddle";
import { VirtualClock } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { after, cleanUpFor, failAfter, tidy } from "../support/tidy.js";

describe("run", () => {
  it("returns what main returns, and throws what it throws, one after the other", () =>
    tidy(async () => {
      const runner = new Runner();
      expect(await runner.run(after(10, "first"))).toBe("first");
      expect((await errorOf(() => runner.run(failAfter(10, "second")))).message).toBe("second");
      expect(await runner.run(after(10, "third"))).toBe("third");
      await runner.close();
      expect(now()).toBe(30);
    }));

  it("lets background tasks go on between one main and the next", () =>
    tidy(async () => {
      const runner = new Runner();
      let ticks = 0;
      const ticking = await runner.run(() => [
        createTask(async () => {
          for (;;) {
            await sleep(10);
            ticks++;
          }
        }),
      ]);
      await sleep(35);
      expect(ticks).toBe(3);
      await runner.run(() => sleep(10));
      expect([ticks, ticking[0]?.state]).toEqual([4, "running"]);
      await runner.close();
      expect(ticking[0]?.state).toBe("cancelled");
    }));

  it("has one run for all mains", () =>
    tidy(async () => {
      const runner = new Runner({ name: "program" });
      const names = (): string[] => allTasks().map((task) => task.name);
      await runner.run(() => void createTask(cleanUpFor(0), { name: "background" }));
      expect(await runner.run(names)).toEqual(["runner", "background", "program"]);
      await runner.close();
    }));

  it("reports the error of a background task that nobody awaits", () =>
    tidy(async () => {
      const errors: unknown[] = [];
      const runner = new Runner({ onError: (error, task) => void errors.push([task?.name, error]) });
      await runner.run(() => void createTask(failAfter(10, "unheard"), { name: "background" }));
      await sleep(20);
      expect(errors).toEqual([["background", new Error("unheard")]]);
      await runner.close();
    }));

  it("hands the contexts of its caller to main", () =>
    tidy(async () => {
      const storage = new AsyncLocalStorage<string>();
      const runner = new Runner();
      await runner.run(() => {});
      expect(await storage.run("mine", () => runner.run(() => storage.getStore()))).toBe("mine");
      await runner.close();
    }));

  it("cancels main when its caller is cancelled, and waits for it", () =>
    tidy(async () => {
      const runner = new Runner();
      await moveOnAfter(10, () => runner.run(cleanUpFor(5)));
      expect([now(), await runner.run(() => "still open")]).toEqual([15, "still open"]);
      await runner.close();
    }));

  it("outlives the scope in which its first main was run", () =>
    tidy(async () => {
      const runner = new Runner();
      await moveOnAfter(10, () => runner.run(() => sleep(Infinity)));
      await cancelScope(async (scope) => {
        scope.cancel();
        await errorOf(() => runner.run(() => sleep(1)));
      });
      expect(await runner.run(after(10, "fine"))).toBe("fine");
      await runner.close();
    }));

  it("has the clock that it was given", async () => {
    const runner = new Runner({ clock: new VirtualClock() });
    expect(await runner.run(() => sleep(86_400_000).then(now))).toBe(86_400_000);
    await runner.close();
  });
});

describe("close", () => {
  it("cancels the background tasks and waits for them", () =>
    tidy(async () => {
      const runner = new Runner();
      await runner.run(() => void createTask(cleanUpFor(5)));
      await sleep(10);
      await runner.close();
      expect(now()).toBe(15);
    }));

  it("cancels a main that is running", () =>
    tidy(async () => {
      const runner = new Runner();
      const running = createTask(() => errorOf(() => runner.run(cleanUpFor(5))));
      await sleep(10);
      await runner.close();
      expect([(await running).name, now()]).toEqual(["CancelledError", 15]);
    }));

  it("may be called twice, and before anything was run", () =>
    tidy(async () => {
      const unused = new Runner();
      await unused.close();
      const runner = new Runner();
      await runner.run(() => {});
      await Promise.all([runner.close(), runner.close()]);
      await runner.close();
      expect([unused.state, runner.state]).toEqual(["closed", "closed"]);
    }));

  it("may come right after a main was handed in", () =>
    tidy(async () => {
      const runner = new Runner();
      const running = errorOf(() => runner.run(() => sleep(Infinity)));
      await runner.close();
      expect((await running).name).toBe("CancelledError");
    }));

  it("is what the end of a block does that uses it", () =>
    tidy(async () => {
      let background: Task<unknown> | undefined;
      {
        await using runner = new Runner();
        await runner.run(() => {
          background = createTask(() => sleep(Infinity));
        });
      }
      expect(background?.state).toBe("cancelled");
    }));

  it("names the tasks that do not stop in time", () =>
    tidy(async () => {
      const runner = new Runner({ shutdownTimeout: 50 });
      await runner.run(() => void createTask(() => shield(() => sleep(100)), { name: "stubborn" }));
      const error = await errorOf(() => runner.close());
      expect([error.name, now()]).toEqual(["ShutdownTimeoutError", 50]);
      expect(error.message).toContain("stubborn");
      await sleep(100);
    }));
});

describe("a cancellation of all of it", () => {
  it("ends the main that is running, and lets no other one start", () =>
    tidy(async () => {
      const controller = new AbortController();
      const runner = new Runner({ signal: controller.signal });
      const running = createTask(() => errorOf(() => runner.run(cleanUpFor(5))));
      await sleep(10);
      controller.abort("enough");
      expect([(await running).reason, now()]).toEqual(["enough", 15]);
      let started = false;
      const error = await errorOf(() =>
        runner.run(() => {
          started = true;
        }),
      );
      expect([isCancelled(error), started]).toEqual([true, false]);
      await runner.close();
    }));

  it("gives a main up that ignores it for longer than shutdownTimeout", () =>
    tidy(async () => {
      const controller = new AbortController();
      const runner = new Runner({ signal: controller.signal, shutdownTimeout: 20 });
      const running = createTask(() => errorOf(() => runner.run(() => shield(() => sleep(100)))));
      await sleep(10);
      controller.abort();
      expect([(await running).name, now()]).toEqual(["ShutdownTimeoutError", 30]);
      await sleep(100);
      await errorOf(() => runner.close());
    }));
});

describe("wrong use", () => {
  it("is refused while another main is running, and when it is closed", () =>
    tidy(async () => {
      const runner = new Runner();
      const running = createTask(() => runner.run(() => sleep(10)));
      await sleep(5);
      expect(await errorOf(() => runner.run(() => {}))).toMatchObject({
        name: "InvalidStateError",
        message: "Cannot run a main as another one is running",
      });
      await running;
      await runner.close();
      expect((await errorOf(() => runner.run(() => {}))).message).toBe("Cannot run a main as the runner is closed");
    }));

  it("is refused for what is no function, and for options that run() does not have", async () => {
    await expectRefused(
      () => new Runner().run(Promise.resolve() as never),
      /hand over the function: runner.run\(\(\) => main\(\)\)/,
    );
    await expectRefused(() => new Runner({ verbose: true } as never), /Cannot run as the options are signal, /);
  });
});

it("shows its state", () =>
  tidy(async () => {
    const runner = new Runner();
    expect(inspect(runner)).toBe("Runner { new }");
    expect(await runner.run(() => inspect(runner))).toBe("Runner { running }");
    expect([inspect(runner), currentTask()?.name]).toEqual(["Runner { idle }", "main"]);
    await runner.close();
    expect(inspect(runner)).toBe("Runner { closed }");
  }));
