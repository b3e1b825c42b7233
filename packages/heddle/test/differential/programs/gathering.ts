import type { Case } from "../case.js";
import { different, same } from "../case.js";
import {
  asCompleted,
  attempt,
  cancel,
  child,
  fail,
  gather,
  gatherSettled,
  give,
  lastly,
  log,
  look,
  running,
  sleep,
  spawn,
  tasks,
  waitAll,
} from "../writing.js";

/** `gather()`, `wait()` and `as_completed()`. */
export const gatheringCases: readonly Case[] = [
  same(
    "gather gives results in the order of its arguments",
    tasks(gather(child("a", sleep(9), give(1)), child("b", sleep(3), give(2)), child("c", give(3)))),
  ),
  same("gather of nothing gives nothing", tasks(gather(), log("at once"))),
  same(
    "gather takes tasks that run already",
    tasks(spawn("a", sleep(5), give(1)), gather(running("a"), child("b", sleep(2), give(2)))),
  ),
  same(
    "gather takes a task twice",
    tasks(spawn("a", sleep(5), give(1)), gather(running("a"), running("a"), child("b", give(2)))),
  ),
  same(
    "gather throws the first error as it is",
    tasks(attempt([gather(child("a", sleep(5), fail("x")), child("b", sleep(3), give(1)))], ["App"])),
  ),
  same(
    "gather that settles gives errors in place of results",
    tasks(gatherSettled(child("a", sleep(5), fail("x")), child("b", sleep(9), give(1)))),
  ),
  same(
    "gather that settles gives a cancellation in place of the result of a child that was cancelled alone",
    tasks(spawn("c", sleep(2), cancel("a")), gatherSettled(child("a", sleep(50)), child("b", sleep(9), give(1)))),
  ),
  same(
    "cancelling the task that gathers cancels all children",
    tasks(
      spawn("g", gather(child("a", lastly([sleep(50)], [log("cleaned up")])), child("b", sleep(50)))),
      sleep(5),
      cancel("g"),
      sleep(1),
      look("a"),
      look("b"),
      look("g"),
    ),
  ),
  same(
    "cancelling the task that gathers is a cancellation, also when it settles",
    tasks(
      spawn("g", gatherSettled(child("a", sleep(50)), child("b", sleep(50)))),
      sleep(5),
      cancel("g"),
      sleep(1),
      look("g"),
    ),
  ),
  same(
    "cancelling the task that gathers is a cancellation, also when all children swallow it",
    tasks(
      spawn("g", gatherSettled(child("a", attempt([sleep(50)], ["Cancelled"], [give(1)])))),
      sleep(5),
      cancel("g"),
      sleep(1),
      look("a"),
      look("g"),
    ),
  ),
  same(
    "gathers can be nested",
    tasks(
      gather(child("a", gather(child("b", sleep(5), give(1)), child("c", give(2))), give(3)), child("d", sleep(1))),
    ),
  ),
  same(
    "a gather that settles in a gather that settles is cancelled down to the leaves",
    tasks(
      spawn("g", gatherSettled(child("a", gatherSettled(child("b", lastly([sleep(50)], [log("cleaned up")])))))),
      sleep(5),
      cancel("g"),
      sleep(1),
      look("b"),
    ),
  ),
  different(
    "the first error of a gather cancels the other children",
    tasks(
      attempt([gather(child("a", sleep(5), fail("x")), child("b", sleep(9), log("went on"), give(1)))], ["App"]),
      sleep(20),
    ),
    {
      asyncio: ["9 b: went on", "9 b: returned 1", "25 run: b: returned 1"],
      heddle: ["5 b: raised Cancelled", "25 run: b: cancelled"],
    },
  ),
  different(
    "a gather throws when the clean-up of its children is over",
    tasks(
      attempt(
        [
          gather(
            child("a", sleep(5), fail("x")),
            child("b", lastly([sleep(9)], [{ do: "shield", task: "cleanUp", body: [sleep(3)] }])),
          ),
        ],
        ["App"],
      ),
    ),
    {
      asyncio: ["5 main: gather: raised App(x)", "5 main: caught App(x)", "5 main: returned null"],
      heddle: ["8 main: gather: raised App(x)", "8 main: caught App(x)", "8 main: returned null"],
    },
  ),
  different(
    "cancelling the task that gathers leaves tasks that were handed in alone",
    tasks(spawn("a", sleep(10), log("went on")), spawn("g", gather(running("a"))), sleep(5), cancel("g"), sleep(20)),
    {
      asyncio: ["5 a: raised Cancelled", "25 run: a: cancelled"],
      heddle: ["10 a: went on", "10 a: returned null", "25 run: a: returned null"],
    },
  ),
  different(
    "a child of a gather that is cancelled alone is an error",
    tasks(
      spawn("g", gather(child("a", sleep(50)), child("b", sleep(9), log("went on")))),
      sleep(1),
      cancel("a"),
      sleep(20),
    ),
    {
      asyncio: ["9 b: went on", "9 b: returned null", "21 run: b: returned null", "21 run: g: cancelled"],
      heddle: [
        "1 b: raised Cancelled",
        "1 run: reported Cancelled",
        "21 run: b: cancelled",
        "21 run: g: raised Cancelled",
      ],
    },
  ),
  same(
    "wait returns when all have ended, however they ended",
    tasks(
      spawn("a", sleep(5), give(1)),
      spawn("b", sleep(3), fail("x")),
      spawn("c", sleep(50)),
      spawn("d", sleep(2), cancel("c")),
      waitAll(["a", "b", "c", "d"], "all"),
    ),
  ),
  same(
    "wait returns when the first has ended",
    tasks(spawn("a", sleep(5)), spawn("b", sleep(3)), waitAll(["a", "b"], "first"), sleep(9), look("a")),
  ),
  same(
    "wait returns when the first has failed",
    tasks(
      spawn("a", sleep(5)),
      spawn("b", sleep(7), fail("x")),
      spawn("c", sleep(9)),
      waitAll(["a", "b", "c"], "firstError"),
    ),
  ),
  same(
    "wait for the first error does not take a cancellation for one",
    tasks(
      spawn("a", sleep(50)),
      spawn("b", sleep(9)),
      spawn("c", sleep(2), cancel("a")),
      waitAll(["a", "b", "c"], "firstError"),
    ),
  ),
  same(
    "wait for the first error returns at once when one has failed already",
    tasks(spawn("a", fail("x")), spawn("b", sleep(9)), sleep(1), waitAll(["a", "b"], "firstError")),
  ),
  same(
    "wait returns when its time is over, and cancels nothing",
    tasks(spawn("a", sleep(5)), spawn("b", sleep(20), log("went on")), waitAll(["a", "b"], "all", 10), sleep(20)),
  ),
  same(
    "wait returns at once when all have ended already",
    tasks(spawn("a", give(1)), sleep(5), waitAll(["a"], "all"), waitAll(["a"], "first")),
  ),
  same("wait for nothing is refused", tasks(attempt([waitAll([], "all")], ["Misuse"]))),
  same("wait takes a task twice", tasks(spawn("a", sleep(5)), waitAll(["a", "a"], "all"))),
  same(
    "cancelling the task that waits leaves the others alone",
    tasks(spawn("a", sleep(9), log("went on")), spawn("w", waitAll(["a"], "all")), sleep(1), cancel("w"), sleep(20)),
  ),
  same(
    "tasks come as they are completed",
    tasks(asCompleted([child("a", sleep(9)), child("b", sleep(3)), child("c", sleep(6))]), log("no more")),
  ),
  same(
    "tasks that run already come as they are",
    tasks(spawn("a", sleep(9)), spawn("b", sleep(3), fail("x")), sleep(5), asCompleted([running("a"), running("b")])),
  ),
  same(
    "tasks that run already go on when the loop over them is left",
    tasks(
      spawn("a", sleep(9), log("went on")),
      spawn("b", sleep(3)),
      asCompleted([running("a"), running("b")], 1),
      sleep(20),
    ),
  ),
  different(
    "what the loop over completed tasks has started is cancelled when it is left",
    tasks(asCompleted([child("a", sleep(9), log("went on")), child("b", sleep(3))], 1), sleep(20)),
    {
      asyncio: ["9 a: went on", "9 a: returned null", "23 run: a: returned null"],
      heddle: ["3 a: raised Cancelled", "23 run: a: cancelled"],
    },
  ),
];
