import type { Case } from "../case.js";
import { same } from "../case.js";
import {
  attempt,
  attemptAndRethrow,
  cancel,
  checkpoint,
  deadline,
  fail,
  forEver,
  give,
  group,
  lastly,
  log,
  look,
  moveOn,
  scope,
  shield,
  shielded,
  sleep,
  spawn,
  tasks,
  timeout,
} from "../writing.js";

/** What one scope does to what is in it. */
export const SCOPES: readonly Case[] = [
  same(
    "A scope whose deadline passes ends what waits in it, and what follows goes on",
    tasks(moveOn("s", 10, sleep(100), log("never")), log("after"), sleep(5)),
  ),
  same(
    "A scope that is left in time does nothing later",
    tasks(moveOn("s", 10, sleep(5)), sleep(100), timeout("t", 10, sleep(5)), sleep(100)),
  ),
  same(
    "A timeout throws, and what it throws is an ordinary error",
    tasks(attempt([timeout("t", 10, forEver)], "errors")),
  ),
  same(
    "A scope without time is over at its first wait, not before",
    tasks(moveOn("s", 0, log("before"), checkpoint, log("never")), timeout("t", 0, log("no wait"))),
  ),
  same(
    "A scope that was cancelled keeps on cancelling until it is left",
    tasks(
      scope(
        "s",
        {},
        cancel("s"),
        attempt([sleep(1)], "cancelled"),
        attempt([checkpoint], "cancelled"),
        attempt([forEver], "cancelled"),
        log("still there"),
      ),
      sleep(1),
    ),
  ),
  same(
    "A scope that was cancelled but met no wait has caught nothing",
    tasks(scope("s", {}, cancel("s"), look("s"), log("no wait")), sleep(1)),
  ),
  same(
    "A body that swallows its cancellation has its value returned",
    tasks(moveOn("s", 10, attempt([forEver], "cancelled"), give("late"))),
  ),
  same(
    "Clean-up that waits behind a shield is waited for, the rest of it is not",
    tasks(moveOn("s", 10, lastly([forEver], [shielded("clean", 50, sleep(20)), log("clean"), sleep(1), log("never")]))),
  ),
  same(
    "Clean-up behind a shield obeys the limit of the shield",
    tasks(moveOn("s", 10, lastly([forEver], [shielded("clean", 20, forEver)])), log("never")),
  ),
  same(
    "An error in the clean-up takes the place of the cancellation",
    tasks(attempt([moveOn("s", 10, lastly([forEver], [fail("clean-up")]))], "errors"), sleep(1)),
  ),
  same(
    "A handler that throws its cancellation again changes nothing",
    tasks(moveOn("s", 10, attemptAndRethrow([forEver], "all", [log("on its way")])), sleep(1)),
  ),
  same(
    "An inner deadline that is earlier ends the inner scope only",
    tasks(moveOn("outer", 20, moveOn("inner", 10, forEver), log("between"), forEver)),
  ),
  same(
    "An outer deadline that is earlier passes through the inner scope",
    tasks(moveOn("outer", 10, timeout("inner", 20, forEver), log("never")), sleep(20)),
  ),
  same(
    "The outermost of several scopes that were cancelled is the one that catches",
    tasks(
      scope(
        "a",
        {},
        scope("b", {}, scope("c", {}, cancel("c"), cancel("a"), cancel("b"), sleep(1)), log("never")),
        log("nor this"),
      ),
    ),
  ),
  same(
    "An outer scope that is cancelled while the inner one's cancellation is on its way catches it",
    tasks(
      scope(
        "outer",
        { ms: 15 },
        scope("inner", { ms: 10 }, lastly([forEver], [shielded("clean", 50, sleep(20))])),
        log("never"),
      ),
    ),
  ),
  same(
    "A shield hides the cancellation of the scope around it until it is left",
    tasks(
      scope(
        "outer",
        { ms: 10 },
        scope("inner", { shield: true }, sleep(20), log("not cancelled")),
        sleep(1),
        log("never"),
      ),
    ),
  ),
  same(
    "A shield hides nothing of what is cancelled inside of it",
    tasks(
      scope("outer", { shield: true }, scope("inner", { ms: 10 }, forEver), log("goes on"), cancel("outer"), sleep(1)),
    ),
  ),
  same(
    "A shield that is lowered lets the cancellation in that was waiting for it",
    tasks(
      group(
        "g",
        spawn("g.lowers", sleep(20), shield("inner", false)),
        scope("outer", { ms: 10 }, scope("inner", { shield: true }, look("inner"), sleep(100)), log("never")),
      ),
    ),
  ),
  same(
    "A shield that is raised in time takes a scope out of a cancellation that lasts",
    tasks(
      scope(
        "outer",
        {},
        cancel("outer"),
        scope(
          "inner",
          {},
          attempt([sleep(1)], "cancelled"),
          shield("inner", true),
          sleep(10),
          shield("inner", false),
          sleep(1),
        ),
      ),
    ),
  ),
  same(
    "A shield that is raised while a cancellation is on its way does not hold it up",
    tasks(
      scope(
        "outer",
        {},
        cancel("outer"),
        scope(
          "inner",
          {},
          attemptAndRethrow([sleep(1)], "cancelled", [shield("inner", true), sleep(10)]),
          log("never"),
        ),
        log("nor this"),
      ),
    ),
  ),
  same(
    "A deadline that is moved away counts no more, and one that is moved here counts now",
    tasks(
      group(
        "g",
        spawn("g.mover", sleep(5), deadline("a", 30), deadline("b", 1)),
        spawn("g.one", scope("a", { ms: 10 }, sleep(20), forEver)),
        spawn("g.two", scope("b", { ms: 1000 }, forEver)),
      ),
    ),
  ),
  same(
    "A deadline that is moved into the past cancels",
    tasks(scope("s", { ms: 100 }, sleep(10), deadline("s", -5), look("s"), sleep(1), log("never"))),
  ),
  same(
    "A scope that somebody else cancels is left at that moment",
    tasks(group("g", spawn("g.other", sleep(10), cancel("s"), log("done")), scope("s", {}, forEver), log("left"))),
  ),
];
