import type { Case } from "../case.js";
import { different, same } from "../case.js";
import {
  attempt,
  call,
  cancel,
  cancelAnswer,
  fail,
  give,
  holding,
  lastly,
  log,
  look,
  make,
  program,
  raiseAgain,
  sleep,
  spawn,
  tasks,
  waitForTask,
} from "../writing.js";

/** What `task.cancel()` does. */
export const cancellationCases: readonly Case[] = [
  same(
    "a sleeping task that is cancelled ends at once",
    tasks(spawn("a", sleep(100)), sleep(1), cancelAnswer("a"), sleep(1), look("a")),
  ),
  same(
    "a task that has ended cannot be cancelled",
    tasks(spawn("a", give(1)), sleep(1), cancelAnswer("a"), look("a"), waitForTask("a")),
  ),
  same(
    "the clean-up of a cancelled task runs",
    tasks(spawn("a", lastly([sleep(100)], [log("cleaned up")])), sleep(1), cancel("a"), sleep(1), look("a")),
  ),
  same(
    "a cancelled task that catches it and returns has succeeded",
    tasks(
      spawn("a", attempt([sleep(100)], ["Cancelled"], [give(42)])),
      sleep(1),
      cancel("a"),
      sleep(1),
      look("a"),
      waitForTask("a"),
    ),
  ),
  same(
    "a cancelled task that catches it and throws it again is cancelled",
    tasks(
      spawn("a", attempt([sleep(100)], ["Cancelled"], [log("stopping"), raiseAgain()])),
      sleep(1),
      cancel("a"),
      sleep(1),
      look("a"),
    ),
  ),
  same(
    "an error in the clean-up of a cancelled task takes the place of the cancellation",
    tasks(
      spawn("a", lastly([sleep(100)], [fail("x")])),
      sleep(1),
      cancel("a"),
      sleep(1),
      look("a"),
      attempt([waitForTask("a")], ["App"]),
    ),
  ),
  same(
    "a handler for other errors does not see a cancellation",
    tasks(spawn("a", attempt([sleep(100)], ["App", "Timeout"])), sleep(1), cancel("a"), sleep(1), look("a")),
  ),
  same(
    "a task that cancels itself meets it at its next wait",
    tasks(spawn("a", sleep(1), cancel("a"), log("still here"), sleep(5), log("never")), sleep(9), look("a")),
  ),
  same(
    "a task is cancelled between two yields",
    tasks(
      spawn("a", sleep(0), log("one"), sleep(1), sleep(0), log("never")),
      sleep(0),
      sleep(0),
      cancel("a"),
      sleep(1),
    ),
  ),
  same(
    "cancelling a failed task changes nothing",
    tasks(
      spawn("a", fail("x")),
      sleep(1),
      cancelAnswer("a"),
      sleep(1),
      look("a"),
      attempt([waitForTask("a")], ["App"]),
    ),
  ),
  same(
    "a cancelled task releases what it holds",
    program(
      { l: make("lock") },
      spawn("a", holding("l", sleep(100))),
      spawn("b", holding("l", log("mine"))),
      sleep(5),
      cancel("a"),
      sleep(5),
    ),
  ),
  different(
    "a task that has caught its cancellation cannot wait any more",
    tasks(
      spawn("a", attempt([sleep(100)], ["Cancelled"]), sleep(5), log("went on"), give(1)),
      sleep(1),
      cancel("a"),
      sleep(20),
    ),
    {
      asyncio: ["6 a: went on", "6 a: returned 1", "21 run: a: returned 1"],
      heddle: ["1 a: raised Cancelled", "21 run: a: cancelled"],
    },
  ),
  different(
    "a wait in the clean-up of a cancelled task throws at once",
    tasks(spawn("a", lastly([sleep(100)], [sleep(5), log("cleaned up")])), sleep(1), cancel("a"), sleep(20)),
    { asyncio: ["6 a: cleaned up", "6 a: raised Cancelled"], heddle: ["1 a: raised Cancelled"] },
  ),
  different(
    "a free lock cannot be acquired by a cancelled task",
    program(
      { l: make("lock") },
      spawn("a", sleep(1), cancel("a"), call("l.acquire"), call("l.release"), log("went on"), sleep(1)),
      sleep(20),
    ),
    { asyncio: ["1 a: l.acquire", "1 a: l.release", "1 a: went on"], heddle: ["1 a: l.acquire: raised Cancelled"] },
  ),
  different(
    "awaiting a task that has ended throws in a cancelled task",
    tasks(spawn("a", give(1)), spawn("b", sleep(1), cancel("b"), waitForTask("a"), give(2)), sleep(5)),
    {
      asyncio: ["1 b: await a = 1", "1 b: returned 2"],
      heddle: ["1 b: await a: raised Cancelled", "1 b: raised Cancelled"],
    },
  ),
  different(
    "a task that is cancelled before it has started runs to its first wait",
    tasks(spawn("a", lastly([log("started"), sleep(5)], [log("cleaned up")])), cancel("a"), sleep(1)),
    { asyncio: [], heddle: ["0 a: started", "0 a: cleaned up", "0 a: raised Cancelled"] },
  ),
  different(
    "a task that cancels itself and returns without a wait has succeeded",
    tasks(spawn("a", sleep(1), cancel("a"), give(1)), sleep(5)),
    { asyncio: ["5 run: a: cancelled"], heddle: ["5 run: a: returned 1"] },
  ),
  different(
    "a result that was there before the cancellation is not lost",
    program(
      { f: make("future") },
      spawn("a", call("f.wait"), log("got it"), sleep(1)),
      sleep(1),
      call("f.setResult", 7),
      cancel("a"),
      sleep(5),
    ),
    { asyncio: ["1 a: f.wait: raised Cancelled"], heddle: ["1 a: f.wait = 7", "1 a: got it"] },
  ),
  different(
    "a second cancel() of a running task returns false",
    tasks(spawn("a", sleep(100)), sleep(1), cancelAnswer("a"), cancelAnswer("a"), sleep(1)),
    { asyncio: ["1 main: cancel a = true"], heddle: ["1 main: cancel a = false"] },
  ),
  different(
    "cancelling the awaiter does not cancel the awaited task",
    tasks(spawn("a", sleep(10), log("done")), spawn("b", waitForTask("a")), sleep(1), cancel("b"), sleep(20)),
    {
      asyncio: ["1 a: raised Cancelled", "21 run: a: cancelled"],
      heddle: ["10 a: done", "10 a: returned null", "21 run: a: returned null"],
    },
  ),
  different(
    "awaiting a task that somebody has cancelled is an error, not a cancellation",
    tasks(spawn("a", sleep(10)), spawn("b", waitForTask("a")), sleep(1), cancel("a"), sleep(5), look("b")),
    {
      asyncio: ["6 main: b: cancelled", "6 run: b: cancelled"],
      heddle: ["1 run: reported Cancelled", "6 main: b: raised Cancelled", "6 run: b: raised Cancelled"],
    },
  ),
  different(
    "a CancelledError made by hand is an error like any other",
    tasks(spawn("a", fail("Cancelled")), sleep(5), look("a")),
    {
      asyncio: ["5 main: a: cancelled", "5 run: a: cancelled"],
      heddle: ["0 run: reported Cancelled", "5 main: a: raised Cancelled", "5 run: a: raised Cancelled"],
    },
  ),
];
