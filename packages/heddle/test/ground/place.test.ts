import { describe, expect, it } from "vitest";
import { Place } from "../../src/ground/place.js";

function publicCall(): Place {
  return new Place(publicCall);
}

describe("Place", () => {
  it("is where the public function was called, not where the place was noted", () => {
    const place = publicCall();
    expect(place.toString()).toMatch(/place\.test\.ts:\d+:\d+$/);
    expect(place.toString()).not.toMatch(/file:|^at |[()]/);
  });

  it("leaves the stack limit of the program as it was", () => {
    const before = Error.stackTraceLimit;
    publicCall();
    expect(Error.stackTraceLimit).toBe(before);
  });

  it("is an empty text where there is no caller", () => {
    const limit = Error.stackTraceLimit;
    const never = (): void => {};
    expect(new Place(never).toString()).toBe("");
    expect(Error.stackTraceLimit).toBe(limit);
  });
});
