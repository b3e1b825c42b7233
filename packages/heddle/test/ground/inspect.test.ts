import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { inspectAs } from "../../src/ground/inspect.js";

describe("inspectAs", () => {
  it("gives a class the line that console.log shows, and no property that can be listed", () => {
    class Box {
      readonly #content = 7;
      get content(): number {
        return this.#content;
      }
    }
    inspectAs(Box, (self) => `Box of ${self.content}`);
    expect(inspect(new Box())).toBe("Box of 7");
    expect(inspect({ box: new Box() })).toBe("{ box: Box of 7 }");
    expect(Object.keys(new Box())).toEqual([]);
  });
});
