import { beforeAll, describe, expect, it } from "vitest";
import type { Case } from "./case.js";
import { compareTraces, printTrace } from "./compareTraces.js";
import type { Asyncio } from "./onAsyncio.js";
import { startAsyncio } from "./onAsyncio.js";
import { runOnHeddle } from "./onHeddle.js";
import type { Entry } from "./program.js";
import { CASES } from "./programs/all.js";

/** Python has to start first. */
const STARTS_WITHIN = 60_000;

let asyncio: Asyncio;

beforeAll(async () => {
  asyncio = await startAsyncio();
}, STARTS_WITHIN);

for (const [area, cases] of Object.entries(CASES)) {
  describe(`${area}, as in asyncio`, () => {
    for (const { name, program } of cases.filter(({ difference }) => difference === undefined)) {
      it(name, async () => {
        const theirs = asyncio.run(program);
        const ours = await runOnHeddle(program);
        expectKnownErrors(theirs, ours);
        expect(compareTraces(program, theirs, ours) ?? "").toBe("");
      });
    }
  });

  describe(`${area}, other than in asyncio`, () => {
    for (const { name, program, difference } of cases.filter(isDifferent)) {
      it(name, async () => {
        const theirs = asyncio.run(program);
        const ours = await runOnHeddle(program);
        expectKnownErrors(theirs, ours);
        // Sorted, as within one moment the order may be any, and in asyncio's shutdown it is.
        expect(linesOnlyIn(theirs, ours).sort()).toEqual([...difference.asyncio].sort());
        expect(linesOnlyIn(ours, theirs).sort()).toEqual([...difference.heddle].sort());
      });
    }
  });
}

describe("a difference", () => {
  it("has lines that tell the two apart", () => {
    const differences = Object.values(CASES).flat().filter(isDifferent);
    expect(differences.filter(({ difference: { asyncio, heddle } }) => asyncio.length + heddle.length === 0)).toEqual(
      [],
    );
  });
});

function isDifferent(one: Case): one is Required<Case> {
  return one.difference !== undefined;
}

/** An interpreter that trips over a program does so on both sides, perhaps: it must not pass for agreement. */
function expectKnownErrors(...traces: readonly (readonly Entry[])[]): void {
  expect(traces.flatMap(printTrace).filter((line) => line.includes("Unexpected"))).toEqual([]);
}

function linesOnlyIn(these: readonly Entry[], those: readonly Entry[]): string[] {
  const other = printTrace(those);
  return printTrace(these).filter((line) => {
    const at = other.indexOf(line);
    if (at !== -1) other.splice(at, 1);
    return at === -1;
  });
}
