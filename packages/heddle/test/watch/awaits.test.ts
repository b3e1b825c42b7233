import { readFileSync } from "node:fs";
import type { Snapshot } from "heddle/watch";
import { withAwaits } from "heddle/watch";
import { describe, expect, it } from "vitest";
import { isNode } from "../support/isNode.js";
import { runFixture } from "../support/runFixture.js";

/** The number of the line that a comment in the fixture names. */
function line(name: string): number {
  const text = readFileSync(new URL("../fixtures/awaits.mjs", import.meta.url), "utf8");
  return text.split("\n").findIndex((each) => each.endsWith(`// ${name}`)) + 1;
}

describe("where tasks sit", { timeout: 30_000 }, () => {
  it.skipIf(!isNode)(
    "is found for whatever they await, without anything noted before, and nothing happens to it",
    async () => {
      const { out, err, code } = await runFixture("awaits");
      expect([code, err]).toEqual([0, ""]);
      const told = JSON.parse((out[0] ?? "").replace(/(file:\/\/)?\/\S*\/fixtures\/awaits\.mjs:/g, "")) as object;
      const at = (...names: string[]): string[] => names.map((name) => `${name} ${line(name)}`);
      expect(told).toEqual({
        main: [expect.any(Array)],
        directly: [at("directly")],
        deeply: [at("inner", "deeply")],
        primitive: [at("primitive")],
        // What it awaits in that line itself is in the same line.
        both: [at("inner", "both")],
        races: [at("races")],
        chained: [at("chained")],
        thenable: [at("thenable")],
        iterates: [at("values", "iterates")],
        // V8 follows a promise to whoever awaits it when that is one.
        sharing: [],
        sharingToo: [],
        passesOn: [at("inner")],
      });
      expect(out[1]).toBe("succeeded");
    },
  );

  it("is said of the tasks of a snapshot for which it was found", () => {
    const frames = [{ function: "load", at: "/srv/app.js:3:5" }];
    const tasks = [{ id: 1 }, { id: 2 }] as unknown as Snapshot["tasks"];
    const { tasks: told, searched } = withAwaits({ tasks } as Snapshot, { 2: [frames] });
    expect([told, searched]).toEqual([[{ id: 1 }, { id: 2, sits: [frames] }], true]);
  });
});
