import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { differences } from "../../packages/heddle/test/context/differences.js";
import type { Gap, Outcome, Tested } from "../runtimes/judge.mjs";
import { judge } from "../runtimes/judge.mjs";

const file = "packages/heddle/test/a.test.ts";
const passes: Tested = { file, test: "passes", state: "passed" };
const fails: Tested = { file, test: "fails", state: "failed", error: "Error: no\n    at here" };
const skips: Tested = { file, test: "skips", state: "skipped" };

function outcome(...tests: readonly Tested[]): Outcome {
  return { files: [...new Set(tests.map((each) => each.file))], tests, unhandled: [] };
}

describe("the judgement of a test run on a runtime", () => {
  it("counts what passed", () => {
    expect(judge(outcome(passes, { ...passes, test: "passes too" }), [])).toEqual({
      problems: [],
      passed: 2,
      known: 0,
      skipped: 0,
    });
  });

  it("names a failure that is not listed, with its error, and a test that was skipped", () => {
    const { problems } = judge(outcome(passes, fails, skips), []);
    expect(problems).toEqual([`failed: ${file} > fails\n    Error: no\n        at here`, `skipped: ${file} > skips`]);
  });

  it("accepts a failure and a skipped test that are listed", () => {
    const gaps: Gap[] = [
      { file, test: "fails" },
      { file, test: "skips" },
    ];
    expect(judge(outcome(passes, fails, skips), gaps)).toEqual({ problems: [], passed: 1, known: 2, skipped: 0 });
  });

  it("accepts a test that was skipped for what the machine lacks, unless it must not lack it", () => {
    const needs: Tested = { file, test: "agrees (needs python3)", state: "skipped" };
    expect(judge(outcome(needs, skips), [], { machineMayLack: true })).toMatchObject({
      problems: [`skipped: ${file} > skips`],
      skipped: 1,
    });
    expect(judge(outcome(needs), []).problems).toEqual([`skipped: ${file} > agrees (needs python3)`]);
  });

  it("refuses a listed gap that passes", () => {
    expect(judge(outcome(passes), [{ file, test: "passes" }]).problems).toEqual([
      `passes now, take it out of the gaps: ${file} > passes`,
    ]);
  });

  it("refuses a listed gap whose test is gone, unless its file was not run", () => {
    const gaps = [{ file, test: "was renamed" }];
    expect(judge(outcome(passes), gaps).problems).toEqual([
      `listed as a gap, but there is no such test: ${file} > was renamed`,
    ]);
    expect(judge(outcome({ ...passes, file: "packages/heddle/test/b.test.ts" }), gaps).problems).toEqual([]);
  });

  it("takes a gap without a test for a file that cannot be loaded", () => {
    const broken: Tested = { file, state: "failed", error: "SyntaxError: using" };
    expect(judge(outcome(broken), [{ file }])).toEqual({ problems: [], passed: 0, known: 1, skipped: 0 });
    expect(judge(outcome(passes), [{ file }]).problems).toEqual([`passes now, take it out of the gaps: ${file}`]);
  });

  it("misses tests that ran elsewhere, file by file", () => {
    const elsewhere = [passes, fails, { file: "packages/heddle/test/b.test.ts", test: "passes" }];
    expect(judge(outcome(passes), [], { expected: elsewhere }).problems).toEqual([
      `ran elsewhere, but not here: ${file} > fails`,
      "ran elsewhere, but not here: packages/heddle/test/b.test.ts > passes",
    ]);
    expect(judge(outcome(), [], { expected: elsewhere }).problems[0]).toBe(
      `ran elsewhere, but not here: ${file} > passes, and 1 more of this file`,
    );
  });

  it("reports errors that belong to no test", () => {
    expect(judge({ ...outcome(passes), unhandled: ["Error: late"] }, []).problems).toEqual([
      "unhandled error:\n    Error: late",
    ]);
  });
});

describe("docs/runtimes.md", () => {
  const page = readText("docs/runtimes.md");

  it("has each runtime with the version that is tested", () => {
    const { runtimes } = JSON.parse(readText("tools/runtimes/runtimes.json")) as Listed;
    for (const { id, name, version } of runtimes) expect(page).toContain(`| \`${id}\` | ${name} | ${version} |`);
  });

  it("has each difference in where a context goes", () => {
    for (const { what, node, bun, deno, evidence } of Object.values(differences)) {
      expect(page).toContain(`| ${what} | ${node} | ${bun} | ${deno} | ${evidence} |`);
    }
  });

  it("has each known gap", () => {
    const { gaps } = JSON.parse(readText("tools/runtimes/known-gaps.json")) as ListedGaps;
    for (const { runtimes, test, why, link } of gaps) {
      expect(page).toContain(`| ${runtimes.join(", ")} | ${test ?? "a whole file"} | ${why} | ${link} |`);
    }
    if (gaps.length === 0) expect(page).toContain("There are none");
  });
});

interface Listed {
  readonly runtimes: readonly { readonly id: string; readonly name: string; readonly version: string }[];
}

interface ListedGaps {
  readonly gaps: readonly {
    readonly runtimes: readonly string[];
    readonly test?: string;
    readonly why: string;
    readonly link: string;
  }[];
}

function readText(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}
