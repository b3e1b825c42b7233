import { describe, expect, it } from "vitest";
import { isNode } from "../support/isNode.js";
import { runFixture } from "../support/runFixture.js";

// Bun and Deno do not end such a program.

describe.concurrent("a program whose event loop runs empty in the middle of a run", { timeout: 60_000 }, () => {
  for (const how of ["awaited", "not awaited"]) {
    it.skipIf(how === "awaited" && !isNode)(
      `tells what waits, and ends with exit code 13: ${how} at the top level`,
      async () => {
        const { code, err } = await runFixture("standstill", ["deadlock", how]);
        expect(code).toBe(13);
        // Node says something of its own before or after it, in the awaited case.
        const lines = err.slice(err.indexOf("heddle: "));
        expect(lines.split("\n")[0]).toBe(
          "heddle: the program ends in the middle of a run: nothing is left that could wake what waits.",
        );
        expect(lines).toContain('├─ left  lock.acquire on Lock "other", held by right');
        expect(lines).toContain(
          '! Deadlock: "left" waits for Lock "other" of "right", which waits for Lock "one" of "left"',
        );
      },
    );
  }

  it("leaves an exit code alone that the program has set", async () => {
    const { code, err } = await runFixture("standstill", ["ownCode"]);
    expect(code).toBe(7);
    expect(err).toContain("main  event.wait on Event #1");
  });

  it("says nothing where the program ends itself, nor of an idle runner, nor of tasks without a run", async () => {
    for (const name of ["exits", "runner", "background"]) {
      expect(await runFixture("standstill", [name, "awaited"])).toMatchObject({ code: 0, err: "" });
    }
  });
});
