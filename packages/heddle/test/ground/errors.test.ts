import { describe, expect, it } from "vitest";
import {
  BrokenBarrierError,
  BrokenChannelError,
  CancelledError,
  ClosedError,
  EndOfChannelError,
  HeddleError,
  InvalidArgumentError,
  InvalidStateError,
  isCancelled,
  LockBrokenError,
  originOf,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  ShutdownTimeoutError,
  TaskGroupError,
  TimeoutError,
} from "../../src/ground/errors.js";

describe("the errors", () => {
  it("each have a name and a code that do not change", () => {
    const errors = [
      new InvalidArgumentError("x"),
      new InvalidStateError("x"),
      new QueueFullError("x"),
      new QueueEmptyError("x"),
      new QueueShutDownError("x"),
      new ClosedError("x"),
      new EndOfChannelError("x"),
      new BrokenChannelError("x", 1),
      new LockBrokenError("x", "task"),
      new BrokenBarrierError("x"),
      new CancelledError(),
      new TimeoutError("x"),
      new ShutdownTimeoutError("x", []),
      new TaskGroupError([new Error("x")], "g"),
    ];
    expect(errors.map(({ name, code }) => `${name} ${code}`)).toEqual([
      "InvalidArgumentError HEDDLE_INVALID_ARGUMENT",
      "InvalidStateError HEDDLE_INVALID_STATE",
      "QueueFullError HEDDLE_QUEUE_FULL",
      "QueueEmptyError HEDDLE_QUEUE_EMPTY",
      "QueueShutDownError HEDDLE_QUEUE_SHUT_DOWN",
      "ClosedError HEDDLE_CLOSED",
      "EndOfChannelError HEDDLE_END_OF_CHANNEL",
      "BrokenChannelError HEDDLE_BROKEN_CHANNEL",
      "LockBrokenError HEDDLE_LOCK_BROKEN",
      "BrokenBarrierError HEDDLE_BROKEN_BARRIER",
      "CancelledError HEDDLE_CANCELLED",
      "TimeoutError HEDDLE_TIMEOUT",
      "ShutdownTimeoutError HEDDLE_SHUTDOWN_TIMEOUT",
      "TaskGroupError HEDDLE_TASK_GROUP",
    ]);
  });

  it("are what the platform's own checks take them for", () => {
    expect(new InvalidArgumentError("x")).toBeInstanceOf(TypeError);
    expect(new TaskGroupError([], "g")).toBeInstanceOf(AggregateError);
    expect(new TimeoutError("x")).toBeInstanceOf(HeddleError);
  });
});

describe("CancelledError", () => {
  it("keeps the reason, whatever it is, and shows it", () => {
    const cause = new Error("the user left");
    expect(new CancelledError()).toMatchObject({ message: "Cancelled", reason: undefined });
    expect(new CancelledError("too slow")).toMatchObject({ message: "Cancelled: too slow", reason: "too slow" });
    expect(new CancelledError(cause)).toMatchObject({ message: "Cancelled: the user left", reason: cause, cause });
    expect(new CancelledError(Symbol("s")).message).toBe("Cancelled: Symbol(s)");
    expect(new CancelledError(null)).toMatchObject({ message: "Cancelled: null", reason: null });
  });

  it("takes a reason that cannot be turned into a text", () => {
    const reason: unknown = Object.create(null);
    expect(new CancelledError(reason).reason).toBe(reason);
    expect(new CancelledError({ why: "x" }).message).not.toMatch(/\[object Object\]/);
  });

  it("is known by a mark and not by its class, so that other copies of the library know it too", () => {
    const foreign = { [Symbol.for("heddle.cancelled.origin")]: null };
    expect(isCancelled(foreign)).toBe(true);
    expect(isCancelled(new CancelledError())).toBe(true);
    for (const other of [new Error("x"), null, undefined, "CancelledError"]) expect(isCancelled(other)).toBe(false);
  });

  it("knows the scope that it came from, but does not show it", () => {
    const scope = {};
    const error = new CancelledError("x", scope);
    expect(originOf(error)).toBe(scope);
    expect(originOf(new CancelledError())).toBe(null);
    expect(Object.keys(error)).not.toContain("origin");
    expect(JSON.stringify(error)).not.toMatch(/scope|origin/);
  });
});

describe("TaskGroupError", () => {
  it("has all errors in their order, counts them, and shows the first", () => {
    const errors = [new RangeError("a"), "b"];
    const error = new TaskGroupError(errors, "pages");
    expect(error.errors).toEqual(errors);
    expect(error.message).toBe('2 errors in task group "pages", first: RangeError: a');
    expect(error.cause).toBe(errors[0]);
    expect(new TaskGroupError([new Error("x")], "g").message).toBe('1 error in task group "g", first: Error: x');
  });

  it("is made whatever was thrown", () => {
    expect(new TaskGroupError([Object.create(null)], "g").errors).toHaveLength(1);
    expect(new TaskGroupError([undefined], "g").message).toBe('1 error in task group "g", first: undefined');
  });
});

describe("ShutdownTimeoutError", () => {
  it("lists the tasks that did not stop, one a line", () => {
    const error = new ShutdownTimeoutError("2 tasks did not stop:", ["a < main", "b < main"]);
    expect(error.message).toBe("2 tasks did not stop:\n  a < main\n  b < main");
    expect(error.tasks).toEqual(["a < main", "b < main"]);
  });
});
