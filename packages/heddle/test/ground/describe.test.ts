import { expect, describe as group, it } from "vitest";
import { describe, isThenable } from "../../src/ground/describe.js";

group("describe", () => {
  it("quotes strings and says that they are strings", () => {
    expect(describe("5")).toBe('"5" (a string)');
    expect(describe('a "b"')).toBe('"a \\"b\\"" (a string)');
  });

  it("cuts long strings", () => {
    const text = describe("x".repeat(1000));
    expect(text.length).toBeLessThan(90);
    expect(text).toMatch(/x…" \(a string\)$/);
  });

  it("shows numbers, nothing, symbols and big integers as they are", () => {
    expect(describe(Number.NaN)).toBe("NaN");
    expect(describe(-0.5)).toBe("-0.5");
    expect(describe(undefined)).toBe("undefined");
    expect(describe(null)).toBe("null");
    expect(describe(true)).toBe("true");
    expect(describe(12n)).toBe("12n (a bigint)");
    expect(describe(Symbol("s"))).toBe("Symbol(s)");
  });

  it("names functions, classes and instances, and counts arrays", () => {
    expect(describe(() => {})).toBe("a function");
    expect(describe(function work() {})).toBe("the function work");
    expect(describe(new Map())).toBe("an instance of Map");
    expect(describe({})).toBe("an object");
    expect(describe(Object.create(null))).toBe("an object");
    expect(describe([1, 2])).toBe("an array of 2");
  });

  it("calls everything a promise that await would wait for", () => {
    expect(describe(Promise.resolve())).toBe("a promise");
    expect(describe({ then: () => {} })).toBe("a promise");
  });
});

group("isThenable", () => {
  it("is true for promises and for objects and functions with a then", () => {
    expect(isThenable(Promise.resolve())).toBe(true);
    expect(isThenable(Object.assign(() => {}, { then: () => {} }))).toBe(true);
  });

  it("is false for everything else", () => {
    for (const value of [null, undefined, 1, "then", {}, { then: 5 }, () => {}]) expect(isThenable(value)).toBe(false);
  });
});
