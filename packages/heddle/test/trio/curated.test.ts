import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Case } from "./case.js";
import { compareExactly, printTrace } from "./compare.js";
import { runOnHeddle } from "./onHeddle.js";
import type { Trace, Trio } from "./onTrio.js";
import { findPython, startTrio } from "./onTrio.js";
import { DIFFERENCES } from "./programs/differences.js";
import { GROUPS } from "./programs/groups.js";
import { PRIMITIVES } from "./programs/primitives.js";
import { SCOPES } from "./programs/scopes.js";

const python = findPython();

describe.skipIf(python === undefined)("programs (needs python3 with trio)", () => {
  let trio: Trio;

  beforeAll(() => {
    trio = startTrio(python as string);
  });

  afterAll(() => trio.end());

  for (const [area, cases] of Object.entries({ SCOPES, GROUPS, PRIMITIVES })) {
    describe(`${area.toLowerCase()}, as in Trio`, () => {
      for (const { name, program } of cases) {
        it(name, async () => {
          expect((await compareExactly(trio, program)) ?? "").toBe("");
        });
      }
    });
  }

  describe("other than in Trio", () => {
    for (const { name, program, difference } of DIFFERENCES.filter(isDifferent)) {
      it(name, async () => {
        const theirs = await trio.runRaw(program);
        const ours = await runOnHeddle(program);
        expect({ trio: linesOnlyIn(theirs, ours), heddle: linesOnlyIn(ours, theirs) }).toEqual(difference);
      });
    }
  });
});

it("each difference has lines that tell the two apart", () => {
  const differences = DIFFERENCES.filter(isDifferent);
  expect(differences.filter(({ difference: { trio, heddle } }) => trio.length + heddle.length === 0)).toEqual([]);
});

function isDifferent(one: Case): one is Required<Case> {
  return one.difference !== undefined;
}

function linesOnlyIn(these: Trace, those: Trace): string[] {
  const other = printTrace(those);
  return printTrace(these).filter((line) => {
    const at = other.indexOf(line);
    if (at !== -1) other.splice(at, 1);
    return at === -1;
  });
}
