import { expect, it } from "vitest";
import { CancelledError } from "../../src/ground/errors.js";
import { onSettled } from "../../src/ground/onSettled.js";

it("tells how a promise has ended, and a cancellation from a failure", async () => {
  const heard: string[] = [];
  const note = (outcome: string): void => void heard.push(outcome);
  onSettled(Promise.resolve(1), note);
  onSettled(Promise.reject(new Error("failed")), note);
  onSettled(Promise.reject(new CancelledError("not wanted")), note);
  await new Promise(setImmediate);
  expect(heard).toEqual(["succeeded", "failed", "cancelled"]);
});

it("tells all who listen, in order, but not those who have stopped", async () => {
  const heard: string[] = [];
  const promise = Promise.resolve(1);
  onSettled(promise, () => heard.push("a"));
  const stop = onSettled(promise, () => heard.push("b"));
  onSettled(promise, () => heard.push("c"));
  stop();
  await new Promise(setImmediate);
  expect(heard).toEqual(["a", "c"]);
});

it("asks a promise once, however often it is listened to", () => {
  let asked = 0;
  const never: PromiseLike<never> = {
    then() {
      asked++;
      return new Promise(() => {});
    },
  };
  return Promise.resolve().then(async () => {
    for (let i = 0; i < 100; i++) onSettled(never, () => {})();
    await new Promise(setImmediate);
    expect(asked).toBe(1);
  });
});

it("tells those who come after the end as well, and hears thenables that call back at once", async () => {
  const heard: string[] = [];
  const promise = Promise.resolve(1);
  await promise;
  onSettled(promise, (outcome) => heard.push(outcome));
  const hasty = {
    then(onResult: (value: number) => void) {
      onResult(1);
    },
  } as unknown as PromiseLike<number>;
  onSettled(hasty, (outcome) => heard.push(outcome));
  await new Promise(setImmediate);
  expect(heard.sort()).toEqual(["succeeded", "succeeded"]);
});
