import type { Case } from "../case.js";
import { different, same } from "../case.js";
import {
  attempt,
  call,
  cancel,
  fail,
  give,
  lastly,
  log,
  look,
  make,
  program,
  sleep,
  spawn,
  tasks,
  waitForTask,
} from "../writing.js";

/** Tasks: starting, awaiting, what happens to those that nobody awaits. */
export const taskCases: readonly Case[] = [
  same("awaiting a task gives what it returned", tasks(spawn("a", sleep(5), give(42)), waitForTask("a"), give("done"))),
  same(
    "awaiting a task throws what it threw",
    tasks(spawn("a", sleep(5), fail("x")), attempt([waitForTask("a")], ["App"], [look("a")])),
  ),
  same(
    "a task that has ended can be awaited again, without waiting",
    tasks(spawn("a", give(1)), sleep(5), waitForTask("a"), waitForTask("a"), look("a")),
  ),
  same(
    "all who await a task get its result",
    tasks(spawn("a", sleep(5), give(1)), spawn("b", waitForTask("a")), spawn("c", waitForTask("a")), sleep(9)),
  ),
  same(
    "all who await a task get its error",
    tasks(
      spawn("a", sleep(5), fail("x")),
      spawn("b", attempt([waitForTask("a")], ["App"])),
      spawn("c", attempt([waitForTask("a")], ["App"])),
      sleep(9),
    ),
  ),
  same(
    "a task does not start before its creator waits",
    program({ e: make("event") }, spawn("a", call("e.set")), call("e.isSet"), sleep(0), sleep(0), call("e.isSet")),
  ),
  same(
    "tasks start in the order in which they were created",
    program(
      { q: make("queue") },
      spawn("a", call("q.putNowait", 1)),
      spawn("b", call("q.putNowait", 2)),
      spawn("c", call("q.putNowait", 3)),
      sleep(1),
      call("q.getNowait"),
      call("q.getNowait"),
      call("q.getNowait"),
    ),
  ),
  same(
    "sleeps end at their deadlines, whoever slept first",
    tasks(spawn("a", sleep(30)), spawn("b", sleep(10)), spawn("c", sleep(20)), sleep(15), log("half"), sleep(20)),
  ),
  same(
    "a sleep of zero or less ends at the same moment",
    tasks(sleep(3), sleep(0), log("zero"), sleep(-5), log("minus five")),
  ),
  same(
    "what is left when main returns is cancelled and cleans up",
    tasks(spawn("a", lastly([sleep(100)], [log("cleaned up")])), spawn("b", sleep(100)), sleep(1), give("main")),
  ),
  same(
    "what is left when main fails is cancelled and cleans up",
    tasks(spawn("a", lastly([sleep(100)], [log("cleaned up")])), sleep(1), fail("x")),
  ),
  same(
    "an error in the clean-up of what is left does not change what main returned",
    tasks(spawn("a", lastly([sleep(100)], [fail("x")])), sleep(1), give("main")),
  ),
  same(
    "main can be cancelled by a task",
    tasks(spawn("a", sleep(5), cancel("main")), lastly([sleep(100)], [log("cleaned up")])),
  ),
  same(
    "a task that was cancelled by main has ended before the run has",
    tasks(spawn("a", attempt([sleep(100)], ["Cancelled"], [log("stopping"), give(1)])), sleep(1), cancel("a")),
  ),
  same("a task cannot await itself", tasks(spawn("a", sleep(1), attempt([waitForTask("a")], ["Misuse"])), sleep(5))),
  same(
    "a task has values of its own, and starts with those of its creator",
    program(
      { local: make("local") },
      call("local.get"),
      call("local.set", 1),
      spawn("a", call("local.get"), call("local.set", 2), sleep(5), call("local.get")),
      call("local.set", 3),
      sleep(2),
      call("local.get"),
      waitForTask("a"),
      call("local.get"),
    ),
  ),
  different("an error that nobody awaits is reported at once", tasks(spawn("a", fail("x")), sleep(10)), {
    asyncio: [],
    heddle: ["0 run: reported App(x)"],
  }),
];
