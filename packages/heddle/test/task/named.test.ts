import { InvalidArgumentError, Lock, named } from "heddle";
import { expect, it } from "vitest";
import { watchable } from "../../src/task/watchable.js";

it("`named()` returns what it names, and keeps the name for reports", () => {
  const lock = named(new Lock(), "accounts");
  expect(lock).toBeInstanceOf(Lock);
  expect(watchable.names.get(lock)).toBe("accounts");
});

it("`named()` refuses what cannot be named, and what is no name", () => {
  expect(() => named(5 as never, "x")).toThrow(InvalidArgumentError);
  expect(() => named(new Lock(), 5 as never)).toThrow(/Cannot name a thing as its name must be a string: received 5/);
});
