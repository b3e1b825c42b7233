import { cancelScope, checkpoint, createTask, currentTask, Lock, Queue, run, sleep, taskGroup } from "heddle";
import type { Probe, Scope, Waiter, WaitList } from "heddle/lowlevel";
import { setProbe } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { afterEach, describe, expect, it } from "vitest";
import type { Task } from "../../src/task/task.js";

afterEach(() => void setProbe(null));

describe("the probe", () => {
  it("hears of tasks and waits, in the order in which they happen", async () => {
    const heard: string[] = [];
    const ofTask = (what: string) => (task: object) => void heard.push(`${what} ${(task as Task<unknown>).name}`);
    const ofWait = (what: string) => (waiter: object) =>
      void heard.push(`${what} ${(waiter as Waiter<unknown>).list?.what ?? "sleep"}`);
    setProbe({
      taskCreated: ofTask("created"),
      taskStarted: ofTask("started"),
      taskEnded: ofTask("ended"),
      parked: ofWait("parked"),
      resumed: ofWait("resumed"),
    });
    const queue = new Queue<number>();
    await virtualTime(async () => {
      const getter = createTask(() => queue.get(), { name: "getter" });
      await sleep(1);
      queue.putNowait(1);
      await getter;
    });
    setProbe(null);
    expect(heard).toEqual([
      "created main",
      "started main",
      "created getter",
      "parked sleep",
      "started getter",
      "parked queue.get",
      "resumed sleep",
      "resumed queue.get",
      "ended getter",
      "ended main",
    ]);
  });

  it("is taken out when it throws, and breaks nothing", async () => {
    let calls = 0;
    const broken: Probe = {
      taskStarted() {
        calls++;
        throw new Error("broken");
      },
    };
    setProbe(broken);
    expect(await virtualTime(async () => createTask(() => 1).then((value) => value))).toBe(1);
    expect([calls, setProbe(null)]).toEqual([1, null]);
  });

  it("hears how a wait ended, and in whose context", async () => {
    const heard: string[] = [];
    setProbe({
      resumed(waiter, how) {
        heard.push(`${(waiter as Waiter<unknown>).list?.what ?? "sleep"} ${how} by ${currentTask()?.name}`);
      },
    });
    const queue = new Queue<number>();
    await virtualTime(async () => {
      const getter = createTask(() => queue.get(), { name: "getter" });
      const sleeper = createTask(() => sleep(50), { name: "sleeper" });
      await sleep(1);
      await createTask(() => queue.putNowait(1), { name: "putter" });
      await getter;
      sleeper.cancel();
    });
    setProbe(null);
    expect(heard).toContain("queue.get woken by putter");
    expect(heard).toContain("sleep cancelled by main");
  });

  it("hears who waits for children, and who ends that", async () => {
    const heard: string[] = [];
    const taskOf = (nursery: object): Task<unknown> | null =>
      (nursery as { scope: Scope }).scope.task as Task<unknown> | null;
    // What the run itself waits for belongs to no task.
    setProbe({
      joining: (nursery) => taskOf(nursery) && void heard.push(`joining ${taskOf(nursery)?.name}`),
      joined: (nursery, child) =>
        taskOf(nursery) && void heard.push(`joined ${taskOf(nursery)?.name} by ${(child as Task<unknown>).name}`),
    });
    await virtualTime(async () => {
      await taskGroup(async (group) => {
        group.createTask(() => sleep(1), { name: "short" });
        group.createTask(() => sleep(2), { name: "long" });
      });
    });
    setProbe(null);
    expect(heard).toEqual(["joining main", "joined main by long"]);
  });

  it("hears of those that let the event loop turn after they have had the thread for long", async () => {
    const heard: string[] = [];
    const nameOf = (scope: object): string | undefined => ((scope as Scope).task as Task<unknown> | null)?.name;
    await run(async () => {
      setProbe({
        yielding: (scope) => void heard.push(`yielding ${nameOf(scope)}`),
        yielded: (scope) => void heard.push(`yielded ${nameOf(scope)} in ${currentTask()?.name}`),
      });
      for (let i = 0; i < 1_000_000 && heard.length < 4; i++) await checkpoint();
    });
    setProbe(null);
    expect(heard[0]).toBe("yielding main");
    expect(heard[1]).toBe("yielded main in main");
  });

  it("hears of scopes, also of one that is cancelled, and of the lists that primitives make", async () => {
    const heard: string[] = [];
    const ofScope = (what: string) => (scope: object) => {
      if ((scope as Scope).name === "inner") heard.push(what);
    };
    let opened = 0;
    setProbe({
      scopeOpened: () => void opened++,
      scopeCancelled: ofScope("cancelled"),
      scopeClosed: ofScope("closed"),
      listMade: (list) => void heard.push((list as WaitList<unknown>).what),
    });
    await virtualTime(() => cancelScope((scope) => void scope.cancel(), { name: "inner" }));
    new Lock();
    setProbe(null);
    expect(heard).toEqual(["cancelled", "closed", "lock.acquire"]);
    expect(opened).toBe(3);
  });

  it("may have some hooks only, and gives back the one before it", () => {
    const [first, second]: Probe[] = [{}, {}];
    expect(setProbe(first as Probe)).toBe(null);
    expect(setProbe(second as Probe)).toBe(first);
    expect(setProbe(null)).toBe(second);
  });
});
