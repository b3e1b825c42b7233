import type { Case } from "../case.js";
import { same } from "../case.js";
import type { Made } from "../program.js";
import {
  attempt,
  call,
  cancel,
  clone,
  fail,
  group,
  holding,
  log,
  moveOn,
  program,
  receiveAll,
  scope,
  sleep,
  spawn,
  timeout,
} from "../writing.js";

const lock: Made = { kind: "lock" };
const event: Made = { kind: "event" };
const condition: Made = { kind: "condition" };
const semaphore = (size: number, max?: number): Made => ({
  kind: "semaphore",
  size,
  ...(max === undefined ? {} : { max }),
});
const channel = (size: number): Made => ({ kind: "channel", size });

/** What tasks meet at. */
export const PRIMITIVES: readonly Case[] = [
  same(
    "An event wakes all who wait for it, and whoever comes later does not wait",
    program(
      { event },
      group(
        "g",
        spawn("g.a", call("event.wait")),
        spawn("g.b", call("event.wait")),
        sleep(10),
        call("event.set"),
        call("event.wait"),
      ),
    ),
  ),
  same(
    "An event that was set just before the deadline counts",
    program(
      { event },
      group(
        "g",
        spawn("g.a", scope("s", { ms: 100 }, call("event.wait"), log("in time"), sleep(1))),
        sleep(10),
        call("event.set"),
        cancel("s"),
      ),
    ),
  ),
  same(
    "A lock goes from one to the next in the order in which they came",
    program(
      { lock },
      group(
        "g",
        spawn("g.a", holding("lock", sleep(10))),
        spawn("g.b", sleep(1), holding("lock", sleep(10))),
        spawn("g.c", sleep(2), holding("lock", sleep(10))),
      ),
    ),
  ),
  same(
    "Who is cancelled while it waits for a lock is passed over",
    program(
      { lock },
      group(
        "g",
        spawn("g.a", holding("lock", sleep(10))),
        spawn("g.b", sleep(1), moveOn("s", 5, holding("lock", log("never")))),
        spawn("g.c", sleep(2), holding("lock", sleep(10))),
      ),
    ),
  ),
  same(
    "Who was given a lock has it, though it is cancelled at that moment; it gives it back at its next wait",
    program(
      { lock },
      group(
        "g",
        spawn("g.a", holding("lock", sleep(10)), cancel("b")),
        spawn("g.b", sleep(1), holding("lock", log("has it"), sleep(1), log("never"))),
        spawn("g.c", sleep(2), holding("lock")),
      ),
    ),
  ),
  same(
    "Who has a lock cannot wait for it",
    program({ lock }, holding("lock", attempt([holding("lock")], "errors"), sleep(1))),
  ),
  same(
    "A lock that is free is not given to one who is cancelled",
    program({ lock }, scope("s", {}, cancel("s"), holding("lock", log("never"))), holding("lock")),
  ),
  same(
    "A lock is given back by whoever fails with it",
    program({ lock }, attempt([holding("lock", fail("x"))], "errors"), holding("lock", log("free again"))),
  ),
  same(
    "A semaphore's permits go to those who wait, in their order, and none is lost to one who is cancelled",
    program(
      { semaphore: semaphore(1) },
      group(
        "g",
        spawn("g.a", holding("semaphore", sleep(10))),
        spawn("g.b", sleep(1), timeout("t", 3, call("semaphore.acquire"))),
        spawn("g.c", sleep(2), call("semaphore.acquire")),
      ),
      call("semaphore.available"),
    ),
  ),
  same(
    "A semaphore with a maximum refuses what is too much",
    program(
      { semaphore: semaphore(1, 1) },
      holding("semaphore", sleep(1)),
      call("semaphore.available"),
      call("semaphore.release"),
    ),
  ),
  same(
    "A limiter that grows lets those in who wait, and one that shrinks sends nobody out",
    program(
      { limiter: { kind: "limiter", size: 1 } },
      group(
        "g",
        spawn("g.a", holding("limiter", sleep(30))),
        spawn("g.b", sleep(1), holding("limiter", sleep(30))),
        spawn("g.c", sleep(2), holding("limiter", sleep(30))),
        sleep(10),
        call("limiter.resize", 2),
        sleep(1),
        call("limiter.waiting"),
        call("limiter.resize", 1),
        call("limiter.available"),
      ),
    ),
  ),
  same(
    "Who waits for a condition goes on when it was notified and has the lock again",
    program(
      { condition },
      group(
        "g",
        spawn("g.a", holding("condition", call("condition.wait"), sleep(5))),
        spawn("g.b", sleep(1), holding("condition", call("condition.wait"), sleep(5))),
        sleep(10),
        holding("condition", call("condition.notify", 2), sleep(3)),
      ),
    ),
  ),
  same(
    "Who is cancelled while it waits for a condition has the lock when it goes on",
    program(
      { condition },
      group(
        "g",
        spawn("g.a", moveOn("s", 10, holding("condition", call("condition.wait"), log("never")))),
        spawn("g.b", sleep(5), holding("condition", sleep(20))),
      ),
    ),
  ),
  same(
    "In a rendezvous whoever comes first waits for the other",
    program(
      { c: channel(0) },
      group(
        "g",
        spawn("g.sends", call("c.send.send", 1), sleep(10), call("c.send.send", 2), call("c.send.trySend", 3)),
        spawn(
          "g.receives",
          sleep(5),
          call("c.receive.receive"),
          call("c.receive.receive"),
          call("c.receive.tryReceive"),
        ),
      ),
    ),
  ),
  same(
    "A channel with room lets its sender go on until it is full",
    program(
      { c: channel(1) },
      group(
        "g",
        spawn("g.sends", call("c.send.send", 1), log("did not wait"), call("c.send.send", 2)),
        sleep(10),
        call("c.receive.stats"),
        call("c.receive.receive"),
        call("c.receive.stats"),
        call("c.receive.receive"),
      ),
    ),
  ),
  same(
    "When the last sender is closed the receivers come to the end, after what was sent",
    program(
      { c: channel(1) },
      clone("c.send", "c.send2"),
      group(
        "g",
        spawn("g.one", call("c.send.send", 1), call("c.send.close")),
        spawn("g.two", sleep(10), call("c.send2.send", 2), call("c.send2.close")),
        spawn("g.receives", receiveAll("c.receive")),
      ),
    ),
  ),
  same(
    "When the last receiver is closed the senders are told, also those that wait",
    program(
      { c: channel(0) },
      group(
        "g",
        spawn("g.waits", attempt([call("c.send.send", 1)], "errors")),
        sleep(10),
        call("c.receive.close"),
        attempt([call("c.send.send", 2)], "errors"),
      ),
    ),
  ),
  same(
    "Who waits at an end that is closed is told, and who waits at its clone is not",
    program(
      { c: channel(0) },
      clone("c.receive", "c.receive2"),
      group(
        "g",
        spawn("g.one", attempt([call("c.receive.receive")], "errors")),
        spawn("g.two", call("c.receive2.receive")),
        sleep(10),
        call("c.receive.close"),
        call("c.send.send", 1),
      ),
    ),
  ),
  same(
    "A receiver that is cancelled leaves the item for the next one",
    program(
      { c: channel(0) },
      group(
        "g",
        spawn("g.one", moveOn("s", 5, call("c.receive.receive"))),
        spawn("g.two", sleep(1), call("c.receive.receive")),
        sleep(10),
        call("c.send.send", 1),
      ),
    ),
  ),
  same(
    "A sender that is cancelled has sent nothing",
    program(
      { c: channel(0) },
      moveOn("s", 5, call("c.send.send", 1)),
      call("c.receive.tryReceive"),
      call("c.receive.stats"),
    ),
  ),
];
