import type { Case } from "../case.js";
import { different } from "../case.js";
import {
  attempt,
  call,
  cancel,
  deadline,
  fail,
  forEver,
  group,
  holding,
  lastly,
  log,
  moveOn,
  program,
  ready,
  scope,
  shielded,
  sleep,
  spawn,
  start,
  tasks,
  timeout,
} from "../writing.js";

/** Where Heddle has decided otherwise. Random programs leave these out, or Trio's interpreter does as Heddle does. */
export const DIFFERENCES: readonly Case[] = [
  different(
    "a timeout whose body swallows the cancellation",
    tasks(attempt([timeout("t", 10, attempt([forEver], "cancelled"))], "errors")),
    {
      trio: ["10 main: t returned, cancelled"],
      heddle: ["10 main: t raised Timeout, cancelled", "10 main: caught Timeout"],
    },
  ),
  different(
    "a timeout that is cancelled by hand",
    tasks(group("g", attempt([timeout("t", 10, cancel("t"), sleep(1))], "all"))),
    {
      trio: ["0 main: t raised Timeout, caught, cancelled", "0 main: caught Timeout"],
      heddle: ["0 main: t raised Cancelled, cancelled", "0 main: caught Cancelled"],
    },
  ),
  different(
    "a deadline that is moved into the past, and then a lock that is free",
    program({ lock: { kind: "lock" } }, scope("s", { ms: 10 }, deadline("s", -1), holding("lock"))),
    {
      trio: ["0 main: lock.acquire", "0 main: s returned, cancelled"],
      heddle: ["0 main: lock.acquire: raised Cancelled", "0 main: s caught, cancelled"],
    },
  ),
  different(
    "a sleep that ends at the moment of a deadline that was set after it",
    tasks(scope("s", { ms: 100 }, group("g", spawn("g.a", sleep(10)), sleep(5), deadline("s", 5), forEver))),
    {
      trio: ["10 a: sleep: raised Cancelled", "10 a: raised Cancelled"],
      heddle: ["10 a: sleep", "10 a: returned null"],
    },
  ),
  different(
    "a group that fails in a cancelled scope",
    tasks(
      scope("s", { ms: 10 }, group("g", spawn("g.a", lastly([forEver], [fail("clean-up")])), spawn("g.b", forEver))),
    ),
    {
      trio: ["10 main: s raised Group[App(clean-up)], caught, cancelled"],
      heddle: ["10 main: s raised Group[App(clean-up)], cancelled"],
    },
  ),
  different(
    "a child of start() that is ready after its caller was cancelled, and then fails",
    tasks(
      group(
        "g",
        attempt([moveOn("s", 10, start("g.late", shielded("slow", 50, sleep(20)), ready(1), fail("late")))], "errors", [
          log("the error of the child"),
        ]),
      ),
    ),
    {
      trio: [
        "20 main: start late: raised App(late)",
        "20 main: s raised App(late), cancelled",
        "20 main: caught App(late)",
        "20 main: the error of the child",
        "20 main: g returned, not cancelled",
        "20 main: returned null",
      ],
      heddle: [
        "20 main: start late: raised Cancelled",
        "20 main: s raised Cancelled, cancelled",
        "20 main: g raised Group[App(late)]",
        "20 main: raised Group[App(late)]",
      ],
    },
  ),
  different(
    "a child of start() that is not ready when its group is cancelled, with a caller behind a shield",
    tasks(
      group(
        "g",
        spawn("g.cancels", sleep(10), cancel("g")),
        scope("s", { shield: true, ms: 50 }, start("g.slow", sleep(20), ready(1))),
      ),
    ),
    {
      trio: [
        "20 slow: sleep",
        "20 slow: ready 1",
        "20 slow: returned null",
        "20 main: start slow = 1",
        "20 main: s returned, not cancelled",
        "20 main: g returned, cancelled",
        "20 main: returned null",
      ],
      heddle: [
        "10 slow: sleep: raised Cancelled",
        "10 slow: raised Cancelled",
        "10 main: start slow: raised Cancelled",
        "10 main: s raised Cancelled, not cancelled",
        "10 main: g returned, cancelled",
        "10 main: returned null",
      ],
    },
  ),
  different(
    "who was notified of a condition and is cancelled before it has the lock",
    program(
      { condition: { kind: "condition" } },
      group(
        "g",
        spawn("g.first", moveOn("s", 15, holding("condition", call("condition.wait")))),
        spawn("g.second", sleep(1), moveOn("t", 50, holding("condition", call("condition.wait")))),
        sleep(10),
        holding("condition", call("condition.notify", 1), sleep(10)),
      ),
    ),
    {
      trio: [
        "51 second: condition.wait: raised Cancelled",
        "51 second: t caught, cancelled",
        "51 second: returned null",
        "51 main: g returned, not cancelled",
        "51 main: returned null",
      ],
      heddle: [
        "20 second: condition.wait",
        "20 second: t returned, not cancelled",
        "20 second: returned null",
        "20 main: g returned, not cancelled",
        "20 main: returned null",
      ],
    },
  ),
];
