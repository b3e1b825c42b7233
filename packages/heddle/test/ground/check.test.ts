import { describe, expect, it } from "vitest";
import {
  checkCount,
  checkDuration,
  checkFlag,
  checkFunction,
  checkOptions,
  checkSignal,
} from "../../src/ground/check.js";
import { InvalidArgumentError } from "../../src/ground/errors.js";
import { errorAtOnce } from "../support/errorOf.js";

describe("checkDuration", () => {
  it("lets every number pass that has a meaning, negative and infinite ones too", () => {
    for (const ms of [0, 1.5, -1, Infinity, -Infinity, 2 ** 40]) checkDuration("sleep", ms);
  });

  it("refuses NaN and everything that is no number, and quotes what it got", () => {
    const message = (value: unknown): string => errorAtOnce(() => checkDuration("sleep", value)).message;
    expect(message(Number.NaN)).toBe("Cannot sleep as the duration must be a number of milliseconds: received NaN");
    expect(message("5")).toBe('Cannot sleep as the duration must be a number of milliseconds: received "5" (a string)');
    expect(message(5n)).toMatch(/received 5n \(a bigint\)$/);
    expect(message(undefined)).toMatch(/received undefined$/);
    expect(message(new Date(0))).toMatch(/received an instance of Date$/);
  });

  it("names what the duration is for", () => {
    const error = errorAtOnce(() => checkDuration("set a timeout", null, "the deadline"));
    expect(error.message).toBe("Cannot set a timeout as the deadline must be a number of milliseconds: received null");
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toBeInstanceOf(TypeError);
  });
});

describe("checkCount", () => {
  const options = { what: "limit", least: 1, orInfinity: true };

  it("lets whole numbers from the least up pass, and infinity where that has a meaning", () => {
    for (const count of [1, 2, Number.MAX_SAFE_INTEGER, Infinity]) checkCount("gather", count, options);
    checkCount("count", 0, { what: "it", least: 0 });
  });

  it("refuses fractions, too small numbers, NaN and numbers in strings", () => {
    for (const count of [0, -1, 1.5, Number.NaN, 2 ** 53, "2", null, undefined, true]) {
      const error = errorAtOnce(() => checkCount("gather", count, options));
      expect(error.message).toMatch(
        /^Cannot gather as limit must be a whole number, 1 or more, or Infinity: received /,
      );
    }
  });

  it("refuses infinity where a real count is needed", () => {
    const error = errorAtOnce(() => checkCount("acquire permits", Infinity, { what: "their number", least: 1 }));
    expect(error.message).toBe(
      "Cannot acquire permits as their number must be a whole number, 1 or more: received Infinity",
    );
  });
});

describe("checkFunction", () => {
  it("lets functions pass, asynchronous ones and classes too", () => {
    checkFunction("run", async () => {}, "run(() => main())");
    checkFunction("run", class {}, "run(() => main())");
  });

  it("shows the call that was meant when it gets a promise", () => {
    const error = errorAtOnce(() => checkFunction("run", Promise.resolve(), "run(() => main())"));
    expect(error.message).toBe(
      "Cannot run as a function is needed: received a promise; it has already started, hand over the function: run(() => main())",
    );
  });

  it("hears the promise that it refuses, so that no rejection of it hides the error", async () => {
    errorAtOnce(() => checkFunction("run", Promise.reject(new Error("x")), "run(() => main())"));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("refuses what is neither, without the hint", () => {
    const error = errorAtOnce(() => checkFunction("run", { main() {} }, "run(() => main())"));
    expect(error.message).toBe("Cannot run as a function is needed: received an object");
  });
});

describe("checkOptions", () => {
  it("lets known options pass, and none at all", () => {
    checkOptions("run", undefined, ["name"]);
    checkOptions("run", {}, ["name"]);
    checkOptions("run", { name: "x" }, ["name"]);
  });

  it("refuses an unknown option and names those that there are", () => {
    const error = errorAtOnce(() => checkOptions("gather", { limt: 3 }, ["limit", "settle"]));
    expect(error.message).toBe('Cannot gather as the options are limit, settle: received "limt"');
  });

  it("refuses anything that is no object", () => {
    for (const value of [5, "x", null, true, () => {}]) {
      const error = errorAtOnce(() => checkOptions("gather", value, ["limit"]));
      expect(error.message).toMatch(/^Cannot gather as the options must be an object: received /);
    }
  });
});

describe("checkFlag", () => {
  it("takes true, false and nothing; refuses what is only truthy", () => {
    for (const value of [true, false, undefined]) checkFlag("gather", value, "settle");
    const error = errorAtOnce(() => checkFlag("gather", "yes", "settle"));
    expect(error.message).toBe('Cannot gather as settle must be true or false: received "yes" (a string)');
  });
});

describe("checkSignal", () => {
  it("takes an AbortSignal of any make, and nothing", () => {
    checkSignal("run", undefined);
    checkSignal("run", new AbortController().signal);
    checkSignal("run", { aborted: false, addEventListener() {} });
  });

  it("refuses the controller in place of its signal", () => {
    const error = errorAtOnce(() => checkSignal("run", new AbortController()));
    expect(error.message).toBe("Cannot run as signal must be an AbortSignal: received an instance of AbortController");
  });

  it("refuses null", () => {
    const error = errorAtOnce(() => checkSignal("run", null));
    expect(error.message).toBe("Cannot run as signal must be an AbortSignal: received null");
  });
});
