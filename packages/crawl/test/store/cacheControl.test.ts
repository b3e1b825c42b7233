import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cacheControl, durationOf } from "../../src/store/cacheControl.js";

describe("cacheControl()", () => {
  it.each([
    ["max-age=60, must-revalidate", { "max-age": "60", "must-revalidate": true }],
    ["NO-STORE", { "no-store": true }],
    ['private="set-cookie, x", max-age="5"', { private: "set-cookie, x", "max-age": "5" }],
    ["max-age = 5 ,, public,", { "max-age": "5", public: true }],
    ["max-age=1, max-age=2", { "max-age": "1" }],
    ['a="x\\"y"', { a: 'x"y' }],
    ["max-age=", { "max-age": "" }],
    ["", {}],
  ])("reads %j", (field, expected) => {
    expect({ ...cacheControl(field) }).toEqual(expected);
  });

  it("takes an old Pragma where there is no field, and only there", () => {
    expect({ ...cacheControl(undefined, "No-Cache") }).toEqual({ "no-cache": true });
    expect({ ...cacheControl("public", "no-cache") }).toEqual({ public: true });
  });

  it("takes numbers of seconds, and for nothing what is none", () => {
    const control = cacheControl('a=60, b=x, c, d=-1, e=1.5, f="7"');
    const durations = ["a", "b", "c", "d", "e", "f", "g"].map((name) => durationOf(control, name));
    expect(durations).toEqual([60_000, 0, 0, 0, 0, 7000, undefined]);
  });

  it("never throws, and never takes a name for one of every object's", () => {
    expect("constructor" in cacheControl("public")).toBe(false);
    fc.assert(fc.property(fc.string(), (text) => void cacheControl(text)));
  });
});
