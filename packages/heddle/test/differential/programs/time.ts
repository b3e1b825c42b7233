import type { Case } from "../case.js";
import { different, same } from "../case.js";
import {
  attempt,
  cancel,
  child,
  fail,
  give,
  lastly,
  log,
  look,
  namedTimeout,
  reschedule,
  running,
  shield,
  sleep,
  spawn,
  tasks,
  timeout,
  waitFor,
} from "../writing.js";

/** `timeout()`, `wait_for()` and `shield()`. */
export const timeCases: readonly Case[] = [
  same("a timeout that is not over does nothing", tasks(timeout(10, sleep(5), log("in time")), sleep(20))),
  same(
    "a timeout that is over throws",
    tasks(attempt([timeout(10, sleep(50))], ["Timeout"]), sleep(5), log("went on")),
  ),
  same("the body of a timeout gives its result", tasks(timeout(10, sleep(1), give(7)))),
  same(
    "the clean-up in a timeout runs before it throws",
    tasks(attempt([timeout(10, lastly([sleep(50)], [log("cleaned up")]))], ["Timeout"])),
  ),
  same("an error in a timeout passes through", tasks(attempt([timeout(10, sleep(5), fail("x"))], ["App", "Timeout"]))),
  same(
    "an error in the clean-up takes the place of the timeout",
    tasks(attempt([timeout(10, lastly([sleep(50)], [fail("x")]))], ["App", "Timeout"])),
  ),
  same(
    "of two nested timeouts the inner one is over first",
    tasks(
      attempt(
        [timeout(20, attempt([timeout(10, sleep(50))], ["Timeout"], [log("inner")]), sleep(5))],
        ["Timeout"],
        [log("outer")],
      ),
    ),
  ),
  same(
    "of two nested timeouts the outer one is over first",
    tasks(
      attempt(
        [timeout(10, attempt([timeout(20, sleep(50))], ["Timeout"], [log("inner")]))],
        ["Timeout"],
        [log("outer")],
      ),
    ),
  ),
  same(
    "of two nested timeouts that are over at the same moment the outer one counts",
    tasks(
      attempt(
        [timeout(10, attempt([timeout(10, sleep(50))], ["Timeout"], [log("inner")]))],
        ["Timeout"],
        [log("outer")],
      ),
    ),
  ),
  same(
    "a timeout of zero is over at the first wait",
    tasks(attempt([timeout(0, log("no wait yet"), sleep(5), log("never"))], ["Timeout"])),
  ),
  same("a timeout of zero around a body that does not wait is not over", tasks(timeout(0, log("no wait")))),
  same(
    "a timeout in the past is over at the first wait",
    tasks(sleep(5), attempt([timeout(-3, sleep(5))], ["Timeout"])),
  ),
  same(
    "a timeout is moved to later",
    tasks(namedTimeout("t", 10, sleep(5), reschedule("t", 20), sleep(10), log("in time"))),
  ),
  same(
    "a timeout is moved to earlier",
    tasks(attempt([namedTimeout("t", 50, sleep(5), reschedule("t", 8), sleep(10))], ["Timeout"])),
  ),
  same(
    "a timeout is moved into the past",
    tasks(sleep(10), attempt([namedTimeout("t", 50, sleep(5), reschedule("t", 3), sleep(10))], ["Timeout"])),
  ),
  same(
    "a task that is cancelled in a timeout is cancelled, not timed out",
    tasks(spawn("a", attempt([timeout(50, sleep(100))], ["Timeout"])), sleep(5), cancel("a"), sleep(1), look("a")),
  ),
  same(
    "a timeout in the clean-up of an error works",
    tasks(attempt([lastly([sleep(1), fail("x")], [attempt([timeout(5, sleep(50))], ["Timeout"])])], ["App"])),
  ),
  same(
    "timeouts of tasks side by side do not disturb each other",
    tasks(
      spawn("a", attempt([timeout(10, sleep(50))], ["Timeout"])),
      spawn("b", timeout(30, sleep(20))),
      spawn("c", attempt([timeout(15, sleep(50))], ["Timeout"])),
      sleep(40),
    ),
  ),
  different(
    "a body that swallows its timeout and returns has timed out",
    tasks(attempt([timeout(10, attempt([sleep(50)], ["Cancelled"], [log("swallowed")]))], ["Timeout"])),
    { asyncio: ["10 main: timeout"], heddle: ["10 main: timeout: raised Timeout", "10 main: caught Timeout"] },
  ),
  different(
    "a body that has swallowed its timeout cannot wait any more",
    tasks(attempt([timeout(10, attempt([sleep(50)], ["Cancelled"]), sleep(5), log("went on"))], ["Timeout"])),
    {
      asyncio: [
        "15 main: went on",
        "15 main: timeout",
        "15 main: returned null",
        "15 run: returned null",
        "15 run: main: returned null",
      ],
      heddle: [
        "10 main: timeout: raised Timeout",
        "10 main: caught Timeout",
        "10 main: returned null",
        "10 run: returned null",
        "10 run: main: returned null",
      ],
    },
  ),
  same("waiting for a call gives its result", tasks(waitFor(10, child("a", sleep(5), give(1))))),
  same(
    "waiting for a call that takes too long throws when the call has stopped",
    tasks(attempt([waitFor(10, child("a", lastly([sleep(50)], [log("cleaned up")])))], ["Timeout"])),
  ),
  same(
    "waiting for a call throws its error",
    tasks(attempt([waitFor(10, child("a", sleep(5), fail("x")))], ["App", "Timeout"])),
  ),
  same(
    "an error in the clean-up of the call takes the place of the timeout",
    tasks(attempt([waitFor(10, child("a", lastly([sleep(50)], [fail("x")])))], ["App", "Timeout"])),
  ),
  same(
    "waiting for a call that ends when the time is over as well",
    tasks(attempt([waitFor(10, child("a", attempt([sleep(5)], ["Cancelled"]), sleep(4), give(1)))], ["Timeout"])),
  ),
  same(
    "a task that is cancelled while it waits for a call cancels the call",
    tasks(
      spawn("w", waitFor(50, child("a", lastly([sleep(100)], [log("cleaned up")])))),
      sleep(5),
      cancel("w"),
      sleep(1),
      look("w"),
    ),
  ),
  same(
    "waiting for a task that has ended gives its result, also without any time",
    tasks(spawn("a", give(1)), sleep(5), waitFor(10, running("a"))),
  ),
  different(
    "a call that swallows its timeout and returns a value has timed out",
    tasks(attempt([waitFor(10, child("a", attempt([sleep(50)], ["Cancelled"], [give(1)])))], ["Timeout"])),
    {
      asyncio: ["10 main: wait for a = 1"],
      heddle: ["10 main: wait for a: raised Timeout", "10 main: caught Timeout"],
    },
  ),
  different(
    "a call with no time at all runs to its first wait",
    tasks(attempt([waitFor(0, child("a", log("started"), sleep(5)))], ["Timeout"])),
    { asyncio: [], heddle: ["0 a: started", "0 a: raised Cancelled"] },
  ),
  different(
    "a task that was waited for too long runs on",
    tasks(
      spawn("a", sleep(20), log("went on")),
      attempt([waitFor(10, running("a"))], ["Timeout"]),
      look("a"),
      sleep(20),
    ),
    {
      asyncio: ["10 a: raised Cancelled", "10 main: a: cancelled", "30 run: a: cancelled"],
      heddle: ["10 main: a: not done", "20 a: went on", "20 a: returned null", "30 run: a: returned null"],
    },
  ),
  same("what is shielded gives its result", tasks(shield("s", sleep(5), give(1)))),
  same("what is shielded throws its error", tasks(attempt([shield("s", sleep(5), fail("x"))], ["App"]))),
  different(
    "a task that is cancelled in a shield waits for the end of the shield",
    tasks(
      spawn("a", lastly([shield("s", sleep(10), log("saved"))], [log("a stops")])),
      sleep(5),
      cancel("a"),
      sleep(1),
      look("a"),
      sleep(10),
      look("a"),
    ),
    {
      asyncio: [
        "5 a: shield s: raised Cancelled",
        "5 a: a stops",
        "5 a: raised Cancelled",
        "6 main: a: cancelled",
        "16 main: a: cancelled",
        "16 run: a: cancelled",
      ],
      heddle: [
        "6 main: a: not done",
        "10 a: shield s = null",
        "10 a: a stops",
        "10 a: returned null",
        "16 main: a: returned null",
        "16 run: a: returned null",
      ],
    },
  ),
  different(
    "what is shielded when the run ends is waited for",
    tasks(spawn("a", shield("s", sleep(10), log("saved"))), sleep(5)),
    {
      asyncio: [
        "5 s: raised Cancelled",
        "5 a: shield s: raised Cancelled",
        "5 a: raised Cancelled",
        "5 run: returned null",
        "5 run: a: cancelled",
        "5 run: main: returned null",
      ],
      heddle: [
        "10 s: saved",
        "10 s: returned null",
        "10 a: shield s = null",
        "10 a: returned null",
        "10 run: returned null",
        "10 run: a: returned null",
        "10 run: main: returned null",
      ],
    },
  ),
];
