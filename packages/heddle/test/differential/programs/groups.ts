import type { Case } from "../case.js";
import { different, same } from "../case.js";
import {
  attempt,
  call,
  cancel,
  fail,
  give,
  group,
  holding,
  lastly,
  log,
  look,
  make,
  program,
  sleep,
  spawn,
  spawnIn,
  tasks,
  timeout,
} from "../writing.js";

/** Task groups. */
export const groupCases: readonly Case[] = [
  same(
    "a group ends when its children have",
    tasks(group("g", spawnIn("g", "a", sleep(5), give(1)), spawnIn("g", "b", sleep(9)), log("body")), look("a")),
  ),
  same("a group without children ends with its body", tasks(group("g", sleep(3)), log("after"), group("h"))),
  same("the body of a group gives its result", tasks(group("g", spawnIn("g", "a", sleep(5)), give("body")))),
  same(
    "a child that fails cancels its siblings and the body",
    tasks(
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", sleep(5), fail("x")),
            spawnIn("g", "b", lastly([sleep(100)], [log("cleaned up")])),
            lastly([sleep(100)], [log("body stops")]),
          ),
        ],
        ["Group"],
      ),
    ),
  ),
  same(
    "a child that fails while the group only waits ends the wait",
    tasks(attempt([group("g", spawnIn("g", "a", sleep(5), fail("x")), spawnIn("g", "b", sleep(100)))], ["Group"])),
  ),
  same(
    "a body that fails cancels the children",
    tasks(
      attempt(
        [group("g", spawnIn("g", "a", lastly([sleep(100)], [log("cleaned up")])), sleep(5), fail("x"))],
        ["Group"],
      ),
    ),
  ),
  same(
    "a single error comes out of a group in a group too",
    tasks(attempt([group("g", spawnIn("g", "a", fail("x")))], ["App", "Group"])),
  ),
  same(
    "errors of several children come out together, in their order",
    tasks(
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", sleep(5), fail("x")),
            spawnIn("g", "b", lastly([sleep(100)], [fail("y")])),
            sleep(50),
          ),
        ],
        ["Group"],
      ),
    ),
  ),
  same(
    "a child that is cancelled alone is no failure",
    tasks(
      group("g", spawnIn("g", "a", sleep(100)), spawnIn("g", "b", sleep(9), give(1)), sleep(1), cancel("a")),
      look("b"),
    ),
  ),
  same(
    "a group whose task is cancelled cancels its children and waits for them",
    tasks(
      spawn(
        "a",
        group("g", spawnIn("g", "b", lastly([sleep(100)], [log("cleaned up")])), spawnIn("g", "c", sleep(50))),
      ),
      sleep(5),
      cancel("a"),
      sleep(1),
      look("a"),
      look("b"),
    ),
  ),
  same(
    "a group whose task is cancelled while its body waits ends in the same way",
    tasks(spawn("a", group("g", spawnIn("g", "b", sleep(50)), sleep(50))), sleep(5), cancel("a"), sleep(1), look("a")),
  ),
  same(
    "an error in the clean-up of a child wins over the cancellation of the group, which is met at the next wait",
    tasks(
      spawn(
        "a",
        attempt([group("g", spawnIn("g", "b", lastly([sleep(100)], [fail("x")])))], ["Group"]),
        log("not waiting yet"),
        sleep(1),
        log("never"),
      ),
      sleep(5),
      cancel("a"),
      sleep(5),
      look("a"),
    ),
  ),
  same(
    "after the error of a group was caught its task can wait",
    tasks(
      attempt([group("g", spawnIn("g", "a", sleep(1), fail("x")), sleep(100))], ["Group"]),
      sleep(5),
      log("went on"),
    ),
  ),
  same(
    "a body that swallows the group's cancellation does not hide the error",
    tasks(
      attempt(
        [group("g", spawnIn("g", "a", sleep(1), fail("x")), attempt([sleep(100)], ["Cancelled"], [log("swallowed")]))],
        ["Group"],
      ),
      sleep(1),
    ),
  ),
  same(
    "a body that turns the group's cancellation into an error adds it",
    tasks(
      attempt(
        [group("g", spawnIn("g", "a", sleep(1), fail("x")), attempt([sleep(100)], ["Cancelled"], [fail("y")]))],
        ["Group"],
      ),
    ),
  ),
  same(
    "children add siblings while the group waits",
    tasks(group("g", spawnIn("g", "a", sleep(5), spawnIn("g", "b", sleep(5), spawnIn("g", "c", sleep(5)))))),
  ),
  same(
    "children that add siblings without end are stopped by an error",
    tasks(
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", spawnIn("g", "b", spawnIn("g", "c", spawnIn("g", "d", sleep(100)), sleep(3), fail("x")))),
          ),
        ],
        ["Group"],
      ),
    ),
  ),
  same(
    "nothing can be added to a group that is finished",
    tasks(group("g", sleep(1)), attempt([spawnIn("g", "late")], ["Misuse"])),
  ),
  same(
    "an error of an inner group comes out of the outer one, in both",
    tasks(
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", sleep(100)),
            spawnIn("g", "b", group("h", spawnIn("h", "c", sleep(5), fail("x")), sleep(50))),
          ),
        ],
        ["Group"],
      ),
    ),
  ),
  same(
    "an error of an outer group cancels an inner one without another error",
    tasks(
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", group("h", spawnIn("h", "b", lastly([sleep(100)], [log("cleaned up")])))),
            sleep(5),
            fail("x"),
          ),
        ],
        ["Group"],
      ),
    ),
  ),
  same(
    "the cancellation of two nested groups is handled in the inner one and goes on to the outer one",
    tasks(
      spawn(
        "a",
        group(
          "g",
          spawnIn("g", "b", sleep(100)),
          attempt([group("h", spawnIn("h", "c", lastly([sleep(100)], [fail("x")])), sleep(100))], ["Group"]),
          sleep(5),
          log("never"),
        ),
      ),
      sleep(5),
      cancel("a"),
      sleep(5),
      look("a"),
    ),
  ),
  same(
    "a timeout around a group cancels its children",
    tasks(
      attempt(
        [timeout(10, group("g", spawnIn("g", "a", lastly([sleep(100)], [log("cleaned up")])), sleep(50)))],
        ["Timeout"],
      ),
      look("a"),
    ),
  ),
  same(
    "a timeout in a child is an error of that child",
    tasks(attempt([group("g", spawnIn("g", "a", timeout(5, sleep(50))), spawnIn("g", "b", sleep(100)))], ["Group"])),
  ),
  same(
    "a child starts with the values of its creator",
    program(
      { local: make("local") },
      call("local.set", 1),
      group("g", spawnIn("g", "a", call("local.get"), call("local.set", 2), sleep(1), call("local.get"))),
      call("local.get"),
    ),
  ),
  same(
    "a group that its main is in ends when main is cancelled",
    tasks(spawn("a", sleep(3), cancel("main")), group("g", spawnIn("g", "b", sleep(50)), sleep(50))),
  ),
  different(
    "the errors of a group stand in the order in which they happened",
    tasks(
      attempt([group("g", spawnIn("g", "a", lastly([sleep(100)], [fail("x")])), sleep(5), fail("body"))], ["Group"]),
    ),
    {
      asyncio: ["5 main: group g: raised Group[App(x), App(body)]", "5 main: caught Group[App(x), App(body)]"],
      heddle: ["5 main: group g: raised Group[App(body), App(x)]", "5 main: caught Group[App(body), App(x)]"],
    },
  ),
  different(
    "a task can be added to a group that stops, and meets that at its first wait",
    tasks(
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", sleep(5), fail("x")),
            lastly([sleep(100)], [attempt([spawnIn("g", "late", log("started"), sleep(1))], ["Misuse"])]),
          ),
        ],
        ["Group"],
      ),
    ),
    {
      asyncio: ["5 main: caught Misuse"],
      heddle: ["5 late: started", "5 late: raised Cancelled", "5 run: late: cancelled"],
    },
  ),
  different(
    "the children of a group that is cancelled hear of it while the body cleans up",
    program(
      { c: make("condition") },
      spawn(
        "a",
        group("g", spawnIn("g", "b", sleep(1), lastly([sleep(50)], [log("b stops")])), holding("c", call("c.wait"))),
      ),
      sleep(5),
      holding("c", cancel("a"), sleep(5)),
      sleep(5),
    ),
    { asyncio: ["10 b: b stops", "10 b: raised Cancelled"], heddle: ["5 b: b stops", "5 b: raised Cancelled"] },
  ),
  different(
    "a body that has swallowed the group's cancellation cannot wait any more",
    tasks(
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", sleep(1), fail("x")),
            attempt([sleep(100)], ["Cancelled"]),
            sleep(5),
            log("went on"),
          ),
        ],
        ["Group"],
      ),
    ),
    {
      asyncio: [
        "6 main: went on",
        "6 main: group g: raised Group[App(x)]",
        "6 main: caught Group[App(x)]",
        "6 main: returned null",
        "6 run: returned null",
        "6 run: a: raised App(x)",
        "6 run: main: returned null",
      ],
      heddle: [
        "1 main: group g: raised Group[App(x)]",
        "1 main: caught Group[App(x)]",
        "1 main: returned null",
        "1 run: returned null",
        "1 run: a: raised App(x)",
        "1 run: main: returned null",
      ],
    },
  ),
  different(
    "a child whose awaited task was cancelled by somebody else has failed",
    tasks(
      spawn("other", sleep(100)),
      attempt(
        [
          group(
            "g",
            spawnIn("g", "a", { do: "await", task: "other" }),
            spawnIn("g", "b", sleep(9)),
            sleep(1),
            cancel("other"),
          ),
        ],
        ["Group"],
      ),
    ),
    {
      asyncio: [
        "9 b: returned null",
        "9 main: group g",
        "9 main: returned null",
        "9 run: returned null",
        "9 run: a: cancelled",
        "9 run: b: returned null",
        "9 run: main: returned null",
        "9 run: other: cancelled",
      ],
      heddle: [
        "1 b: raised Cancelled",
        "1 main: group g: raised Group[Cancelled]",
        "1 main: caught Group[Cancelled]",
        "1 main: returned null",
        "1 run: returned null",
        "1 run: a: raised Cancelled",
        "1 run: b: cancelled",
        "1 run: main: returned null",
        "1 run: other: cancelled",
      ],
    },
  ),
];
