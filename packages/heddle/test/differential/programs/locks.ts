import type { Case } from "../case.js";
import { different, same } from "../case.js";
import { attempt, call, cancel, fail, holding, log, make, program, sleep, spawn, timeout } from "../writing.js";

/** Locks and semaphores. */
export const lockCases: readonly Case[] = [
  same(
    "a lock goes to those who wait in the order in which they came",
    program(
      { l: make("lock") },
      spawn("a", holding("l", sleep(5))),
      spawn("b", holding("l", sleep(5))),
      spawn("c", holding("l", sleep(5))),
      sleep(1),
      call("l.locked"),
      sleep(20),
      call("l.locked"),
    ),
  ),
  same(
    "nobody takes a lock from those who wait",
    program(
      { l: make("lock") },
      spawn("a", holding("l", sleep(5)), holding("l", log("again"))),
      spawn("b", sleep(1), holding("l", sleep(5))),
      sleep(20),
    ),
  ),
  same(
    "a cancelled waiter is left out",
    program(
      { l: make("lock") },
      spawn("a", holding("l", sleep(5))),
      spawn("b", holding("l", sleep(5))),
      spawn("c", holding("l", sleep(5))),
      sleep(1),
      cancel("b"),
      sleep(20),
    ),
  ),
  same(
    "a waiter that times out is left out",
    program(
      { l: make("lock") },
      spawn("a", holding("l", sleep(5))),
      spawn("b", attempt([timeout(3, holding("l", sleep(5)))], ["Timeout"])),
      spawn("c", holding("l", sleep(5))),
      sleep(20),
    ),
  ),
  same(
    "an error releases the lock",
    program(
      { l: make("lock") },
      spawn("a", attempt([holding("l", sleep(5), fail("x"))], ["App"])),
      spawn("b", holding("l", log("mine"))),
      sleep(20),
    ),
  ),
  same(
    "a lock that is not held cannot be released",
    program({ l: make("lock") }, attempt([call("l.release")], ["Misuse"])),
  ),
  same(
    "two locks in opposite orders are a deadlock",
    program(
      { l: make("lock"), m: make("lock") },
      spawn("a", holding("l", sleep(1), holding("m"))),
      spawn("b", holding("m", sleep(1), holding("l"))),
      sleep(9),
      call("l.acquire"),
    ),
  ),
  different(
    "only the task that holds a lock can release it",
    program(
      { l: make("lock") },
      spawn("a", call("l.acquire"), sleep(5), attempt([call("l.release")], ["Misuse"])),
      sleep(1),
      attempt([call("l.release")], ["Misuse"]),
      sleep(9),
    ),
    {
      asyncio: ["1 main: l.release", "5 a: l.release: raised Misuse", "5 a: caught Misuse"],
      heddle: ["1 main: l.release: raised Misuse", "1 main: caught Misuse", "5 a: l.release"],
    },
  ),
  different(
    "acquiring a lock twice is refused",
    program({ l: make("lock") }, holding("l", attempt([holding("l", log("never"))], ["Misuse"]))),
    {
      asyncio: ["0 main: is stuck in l.acquire"],
      heddle: [
        "0 main: l.acquire: raised Misuse",
        "0 main: caught Misuse",
        "0 main: returned null",
        "0 run: returned null",
        "0 run: main: returned null",
      ],
    },
  ),
  different(
    "a task that ends while it holds a lock breaks it",
    program({ l: make("lock") }, spawn("a", call("l.acquire")), sleep(1), attempt([call("l.acquire")], ["LockBroken"])),
    {
      asyncio: ["1 main: is stuck in l.acquire"],
      heddle: [
        "0 run: reported LockBroken",
        "1 main: l.acquire: raised LockBroken",
        "1 main: caught LockBroken",
        "1 main: returned null",
        "1 run: returned null",
        "1 run: a: returned null",
        "1 run: main: returned null",
      ],
    },
  ),
  different(
    "a lock that was handed over before the cancellation is held until the next wait",
    program(
      { l: make("lock") },
      spawn("a", holding("l", log("mine"), sleep(5))),
      spawn("b", holding("l", log("next"))),
      call("l.acquire"),
      sleep(1),
      call("l.release"),
      cancel("a"),
      sleep(20),
    ),
    { asyncio: ["1 a: l.acquire: raised Cancelled"], heddle: ["1 a: l.acquire", "1 a: mine"] },
  ),
  same(
    "a semaphore lets as many in as it has permits, and the rest in their order",
    program(
      { s: make("semaphore", 2) },
      spawn("a", holding("s", sleep(5))),
      spawn("b", holding("s", sleep(7))),
      spawn("c", holding("s", sleep(5))),
      spawn("d", holding("s", sleep(5))),
      spawn("e", holding("s", sleep(5))),
      sleep(1),
      call("s.locked"),
      sleep(50),
      call("s.locked"),
    ),
  ),
  same(
    "a semaphore without permits waits for a release by anybody",
    program(
      { s: make("semaphore", 0) },
      spawn("a", call("s.acquire"), log("in")),
      sleep(5),
      call("s.release"),
      sleep(1),
    ),
  ),
  same(
    "one who comes back to a semaphore stands behind those who wait",
    program(
      { s: make("semaphore", 1) },
      spawn("a", holding("s", sleep(5)), holding("s", log("again"))),
      spawn("b", sleep(1), holding("s", sleep(5))),
      spawn("c", sleep(2), holding("s", sleep(5))),
      sleep(30),
    ),
  ),
  same(
    "a permit is not lost when one who waits is cancelled",
    program(
      { s: make("semaphore", 1) },
      spawn("a", holding("s", sleep(5))),
      spawn("b", holding("s", sleep(5))),
      spawn("c", holding("s", sleep(5))),
      sleep(1),
      cancel("b"),
      sleep(9),
      call("s.locked"),
      sleep(9),
      call("s.locked"),
    ),
  ),
  same(
    "several permits that are released at once go to the first who wait",
    program(
      { s: make("semaphore", 0) },
      spawn("a", call("s.acquire"), log("in")),
      spawn("b", call("s.acquire"), log("in")),
      spawn("c", call("s.acquire"), log("in")),
      sleep(5),
      call("s.release"),
      call("s.release"),
      sleep(5),
      call("s.release"),
      sleep(5),
    ),
  ),
  same(
    "a semaphore without a bound can be released more often than it was acquired",
    program({ s: make("semaphore", 1) }, call("s.release"), call("s.acquire"), call("s.acquire"), call("s.locked")),
  ),
  same(
    "a bounded semaphore cannot",
    program(
      { s: make("boundedSemaphore", 1) },
      attempt([call("s.release")], ["Misuse"]),
      call("s.acquire"),
      call("s.release"),
    ),
  ),
  different(
    "a permit that was handed over before the cancellation is held until the next wait",
    program(
      { s: make("semaphore", 0) },
      spawn("a", holding("s", log("mine"), sleep(5))),
      spawn("b", holding("s", log("next"))),
      sleep(1),
      call("s.release"),
      cancel("a"),
      sleep(20),
    ),
    { asyncio: ["1 a: s.acquire: raised Cancelled"], heddle: ["1 a: s.acquire", "1 a: mine"] },
  ),
];
