import type { Case } from "../case.js";
import { same } from "../case.js";
import {
  attempt,
  cancel,
  checkpoint,
  fail,
  forEver,
  give,
  group,
  lastly,
  log,
  moveOn,
  ready,
  scope,
  shield,
  shielded,
  sleep,
  spawn,
  start,
  tasks,
  timeout,
} from "../writing.js";

/** What tasks of a group do to each other. */
export const GROUPS: readonly Case[] = [
  same(
    "A group waits for its children, and for theirs",
    tasks(group("g", spawn("g.a", sleep(10), spawn("g.b", sleep(10), spawn("g.c", sleep(10))))), log("after")),
  ),
  same(
    "A child that fails cancels its siblings and the body, and the group throws when all have ended",
    tasks(
      attempt(
        [
          group(
            "g",
            spawn("g.fails", sleep(10), fail("x")),
            spawn("g.cleans", lastly([forEver], [shielded("clean", 50, sleep(20))])),
            forEver,
          ),
        ],
        "errors",
      ),
      log("after"),
    ),
  ),
  same(
    "All errors are thrown, those of the clean-up as well",
    tasks(
      group(
        "g",
        spawn("g.a", sleep(10), fail("a")),
        spawn("g.b", lastly([forEver], [fail("b")])),
        lastly([forEver], [fail("body")]),
      ),
    ),
  ),
  same("A body that fails cancels the children", tasks(group("g", spawn("g.a", forEver), sleep(10), fail("body")))),
  same(
    "A group in a group throws its errors through the outer one",
    tasks(group("outer", spawn("outer.a", group("inner", spawn("inner.b", sleep(5), fail("b")))), forEver)),
  ),
  same(
    "A group that is cancelled ends without an error, and not its surroundings",
    tasks(group("g", spawn("g.a", forEver), spawn("g.b", sleep(10), cancel("g")), forEver), log("after"), sleep(1)),
  ),
  same(
    "The value of a body that had returned stays when the group is cancelled after that",
    tasks(group("g", spawn("g.a", sleep(10), cancel("g"), forEver), give("value"))),
  ),
  same(
    "A deadline around a group reaches all children and grandchildren",
    tasks(
      moveOn(
        "s",
        10,
        group("g", spawn("g.a", forEver), spawn("g.b", group("h", spawn("h.c", forEver), forEver)), sleep(5)),
        log("never"),
      ),
    ),
  ),
  same(
    "A child is in the scopes of its group, not in those of the one who starts it",
    tasks(
      group(
        "g",
        spawn("g.starter", moveOn("s", 10, spawn("g.child", sleep(20), log("not cancelled")), forEver)),
        moveOn("body", 5, spawn("g.other", sleep(20), log("nor this"))),
      ),
    ),
  ),
  same(
    "A shield in a child holds up the end of its cancelled group",
    tasks(moveOn("s", 10, group("g", spawn("g.a", shielded("slow", 100, sleep(50)), sleep(1)))), log("after")),
  ),
  same(
    "A task that is cancelled before it starts runs to its first wait",
    tasks(group("g", spawn("g.a", log("starts"), lastly([checkpoint], [log("cleans up")])), cancel("a"), sleep(10))),
  ),
  same(
    "A task that is cancelled alone does not concern its siblings",
    tasks(group("g", spawn("g.a", forEver), spawn("g.b", sleep(20)), sleep(10), cancel("a"), cancel("a"))),
  ),
  same(
    "A task that was started in a cancelled group runs to its first wait",
    tasks(group("g", cancel("g"), spawn("g.a", log("starts"), sleep(1), log("never")))),
  ),
  same(
    "A group that is finished takes no more tasks",
    tasks(group("outer", spawn("outer.late", sleep(10), spawn("g.a", log("never"))), group("g", sleep(5)))),
  ),
  same(
    "A group whose body has ended takes tasks as long as others run in it",
    tasks(group("outer", spawn("outer.late", sleep(10), spawn("g.b", sleep(10))), group("g", spawn("g.a", sleep(15))))),
  ),
  same(
    "start() waits until the child is ready, and the child runs on",
    tasks(group("g", start("g.server", sleep(10), ready(80), sleep(20)), log("goes on")), log("after")),
  ),
  same(
    "start() throws what a child throws that is not ready yet, and the group goes on",
    tasks(
      group(
        "g",
        spawn("g.other", sleep(20)),
        attempt([start("g.server", sleep(5), fail("no port"))], "errors"),
        sleep(1),
      ),
    ),
  ),
  same("A child that ends without being ready is misuse of start()", tasks(group("g", start("g.server", sleep(5))))),
  same("A child that is ready twice is told so", tasks(group("g", start("g.server", ready(1), ready(2))))),
  same(
    "A child that fails when it is ready fails the group",
    tasks(group("g", start("g.server", ready(1), sleep(10), fail("later")), forEver)),
  ),
  same(
    "start() that is cancelled cancels the child and waits for it",
    tasks(
      group(
        "g",
        moveOn("s", 10, start("g.server", lastly([forEver], [shielded("clean", 50, sleep(20))]))),
        log("left"),
      ),
    ),
  ),
  same(
    "start() in a cancelled scope starts the child, which gets to its first wait; it throws also when the child is ready",
    tasks(
      group(
        "g",
        scope("s", {}, cancel("s"), start("g.quick", log("starts"), ready(1), checkpoint, log("never"))),
        scope("t", {}, cancel("t"), start("g.slow", log("starts"), checkpoint, log("never"))),
      ),
    ),
  ),
  same(
    "A child that was ready before its caller was cancelled is not the caller's any more",
    tasks(group("g", moveOn("s", 10, start("g.server", ready(1), sleep(30), log("not cancelled")), forEver))),
  ),
  same(
    "A timeout in a child is an error of the child",
    tasks(attempt([group("g", spawn("g.a", timeout("t", 10, forEver)), spawn("g.b", forEver))], "errors")),
  ),
  same(
    "A cancellation of the scope around travels on through a group that was cancelled as well",
    tasks(
      scope(
        "s",
        {},
        group("g", spawn("g.a", forEver), sleep(1), cancel("s"), cancel("g"), shielded("slow", 50, sleep(10))),
        log("never"),
      ),
    ),
  ),
  same(
    "A child that ended by its own cancellation stops a group that the scope around has cancelled by then",
    tasks(
      scope(
        "s",
        {},
        group(
          "g",
          spawn("g.a", forEver),
          checkpoint,
          cancel("a"),
          cancel("s"),
          scope("up", { shield: true }, sleep(9)),
        ),
      ),
    ),
  ),
  same(
    "The shield of a scope between two groups keeps the outer one's failure from the inner one's children",
    tasks(
      group(
        "outer",
        spawn("outer.fails", sleep(10), fail("x")),
        scope(
          "s",
          { shield: true, ms: 50 },
          group("inner", spawn("inner.a", sleep(20), shield("s", false), sleep(20))),
        ),
      ),
    ),
  ),
];
