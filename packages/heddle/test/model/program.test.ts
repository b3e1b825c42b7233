import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";
import { foretell } from "./oracle.js";
import { perform } from "./perform.js";
import { program } from "./program.js";

describe("random programs of scopes, groups, shields, deadlines, cancels and failures", () => {
  it("do at every moment what the rules foretell, tell every error to somebody, and leave nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (each) => {
        const { left, ...performed } = await perform(each);
        const { fates, reported } = foretell(each);
        expect(performed).toEqual({ fates, reported });
        expect(left).toEqual([]);
      }),
      runs(1000),
    );
  }, 600_000);
});
