import type { TaskGroup } from "heddle";
import {
  cancelScope,
  createTask,
  Event,
  gather,
  mapConcurrent,
  moveOnAfter,
  openChannel,
  shield,
  sleep,
  taskGroup,
  timeout,
  withSignal,
} from "heddle";
import { onCancel } from "heddle/lowlevel";
import type { VirtualClock } from "heddle/testing";
import { settle } from "heddle/testing";
import { stepsOf } from "./blockCounter.js";
import type { Costs } from "./crowd.js";
import { forEver, withClock } from "./crowd.js";

/** Something is done once, beside `n` of something that is set up first and undone last. */
type Action = (n: number, clock: VirtualClock, count: (operation: () => unknown) => Promise<void>) => Promise<void>;

/** What the costs of waiting do not cover: tasks, timers, scopes and signals. */
export const ACTIONS: Record<string, Action> = {
  "a task group: starts a child and has it end": async (n, _, count) => {
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) group.createTask(forEver);
      await settle();
      await count(() => group.createTask(() => {}));
      group.cancel();
    });
  },
  "a task group with a limit: lets the next child in": async (n, _, count) => {
    const body = async (group: TaskGroup): Promise<void> => {
      const first = new Event();
      group.createTask(() => first.wait());
      for (let i = 0; i < n; i++) group.createTask(forEver);
      await settle();
      await count(() => first.set());
      group.cancel();
    };
    await taskGroup(body, { limit: 1 });
  },
  "a run: starts a task and has it end": async (n, _, count) => {
    const others = Array.from({ length: n }, () => createTask(forEver));
    await settle();
    await count(() => createTask(() => {}));
    for (const other of others) other.cancel();
  },
  "a gather: has one of its children end": async (n, _, count) => {
    const events = Array.from({ length: n }, () => new Event());
    const all = createTask(() => gather(events.map((event) => () => event.wait())));
    await settle();
    await count(() => events[n >> 1]?.set());
    for (const event of events) event.set();
    await all;
  },
  "a gather with a limit: has one child end and the next one start": async (n, _, count) => {
    const events = Array.from({ length: n }, () => new Event());
    const waits = events.map((event) => () => event.wait());
    const all = createTask(() => gather(waits, { limit: 5 }));
    await settle();
    await count(() => events[1]?.set());
    for (const event of events) event.set();
    await all;
  },
  "mapConcurrent(): takes one result and the next item": async (n, _, count) => {
    const results = mapConcurrent(new Array<number>(2 * n).fill(0).keys(), async (item) => item % 2, { limit: n });
    await results.next();
    await settle();
    await count(() => results.next());
    await results.return?.();
  },
  "a timeout that does not fire, before very many others": async (n, _, count) => {
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) group.createTask(() => timeout(1000 + i, forEver));
      await settle();
      await count(() => timeout(500, () => {}));
      group.cancel();
    });
  },
  "a timeout that fires, before very many others": async (n, clock, count) => {
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) group.createTask(() => timeout(1000 + i, forEver));
      const late = group.createTask(() => moveOnAfter(500, forEver));
      await settle();
      await count(() => clock.advance(500));
      if (!late.done) throw new Error("The timeout has not fired");
      group.cancel();
    });
  },
  "a deadline that is moved": async (n, _, count) => {
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) group.createTask(() => timeout(1000 + i, forEver));
      await settle();
      await cancelScope(
        (scope) =>
          count(() => {
            scope.deadline = 1500.5;
          }),
        { timeout: 500 },
      );
      group.cancel();
    });
  },
  "a scope that is opened and left, among very many in the same scope": async (n, _, count) => {
    const end = new Event();
    const others = Array.from({ length: n }, () => cancelScope(() => end.wait()));
    await count(() => cancelScope(() => {}));
    await count(() => shield(() => {}));
    end.set();
    await Promise.all(others);
  },
  "a scope that is cancelled, among very many in the same scope": async (n, _, count) => {
    const end = new Event();
    const others = Array.from({ length: n }, () => cancelScope(() => end.wait()));
    await count(() =>
      cancelScope((scope) => {
        scope.cancel();
        return sleep(1);
      }),
    );
    end.set();
    await Promise.all(others);
  },
  "onCancel(): a callback that is added and taken back": async (n, _, count) => {
    const others = Array.from({ length: n }, () => onCancel(() => {}));
    await count(() => onCancel(() => {})[Symbol.dispose]());
    for (const other of others) other[Symbol.dispose]();
  },
  "two waits of one task, beside very many others of it": async (n, _, count) => {
    const end = new Event();
    const others = Array.from({ length: n }, () => end.wait());
    const other = new Event();
    await count(() => {
      const both = [other.wait(), other.wait()];
      other.set();
      return Promise.all(both);
    });
    end.set();
    await Promise.all(others);
  },
  "a scope that follows an AbortSignal, among very many that do": async (n, _, count) => {
    const { signal } = new AbortController();
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) group.createTask(() => cancelScope(forEver, { signal }));
      await settle();
      await count(() => cancelScope(() => {}, { signal }));
      group.cancel();
    });
  },
  "an end of a channel that is closed while one sends at it and very many at others": async (n, _, count) => {
    const [sender, receiver] = openChannel<number>();
    const one = sender.clone();
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) group.createTask(() => sender.send(i));
      group.createTask(() => one.send(n).catch(() => {}));
      await settle();
      await count(() => one.close());
      group.cancel();
    });
    receiver.close();
  },
  "an end of a channel that is closed while one receives at it and very many at others": async (n, _, count) => {
    const [sender, receiver] = openChannel<number>();
    const one = receiver.clone();
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) group.createTask(() => receiver.receive());
      group.createTask(() => one.receive().catch(() => {}));
      await settle();
      await count(() => one.close());
      group.cancel();
    });
    sender.close();
  },
  "withSignal(), beside very many in the same scope": async (n, _, count) => {
    const end = new Event();
    const others = Array.from({ length: n }, () => withSignal(() => end.wait()));
    await settle();
    await count(() => withSignal(async () => {}));
    end.set();
    await Promise.all(others);
  },
};

/** What `action` costs, for each operation of it that is counted. */
export function costsOf(n: number, action: Action): Promise<Costs> {
  return withClock(async (clock) => {
    const costs: Costs = {};
    await action(n, clock, async (operation) => {
      const steps = await stepsOf(async () => {
        await operation();
        await settle();
      });
      costs[`operation ${Object.keys(costs).length + 1}`] = steps;
    });
    return costs;
  });
}
