import type { Case } from "../case.js";
import { different, same } from "../case.js";
import { attempt, call, cancel, make, program, sleep, spawn } from "../writing.js";

/** Futures. */
export const futureCases: readonly Case[] = [
  same(
    "all who wait for a future get its result, in their order",
    program(
      { f: make("future") },
      spawn("a", call("f.wait")),
      spawn("b", call("f.wait")),
      sleep(5),
      call("f.done"),
      call("f.setResult", 7),
      call("f.done"),
      call("f.result"),
      sleep(1),
      call("f.wait"),
    ),
  ),
  same(
    "all who wait for a future get its error",
    program(
      { f: make("future") },
      spawn("a", attempt([call("f.wait")], ["App"])),
      sleep(5),
      call("f.setError", "x"),
      sleep(1),
    ),
  ),
  same(
    "a future is set once",
    program(
      { f: make("future") },
      attempt([call("f.result")], ["Misuse"]),
      call("f.setResult", 7),
      attempt([call("f.setResult", 8)], ["Misuse"]),
      attempt([call("f.setError", "x")], ["Misuse"]),
      call("f.cancel"),
      call("f.result"),
    ),
  ),
  same(
    "those who wait for a future that is cancelled get a CancelledError",
    program(
      { f: make("future") },
      spawn("a", attempt([call("f.wait")], ["Cancelled"])),
      sleep(5),
      call("f.cancel"),
      call("f.cancel"),
      sleep(1),
    ),
  ),
  different(
    "cancelling one who waits for a future does not cancel the future",
    program({ f: make("future") }, spawn("a", call("f.wait")), sleep(5), cancel("a"), sleep(1), call("f.done")),
    { asyncio: ["6 main: f.done = true"], heddle: ["6 main: f.done = false"] },
  ),
];
