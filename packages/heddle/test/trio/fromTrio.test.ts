import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { evaluate, findPython } from "./onTrio.js";
import { DIFFERENCES } from "./programs/differences.js";

const PAGE = new URL("../../../../docs/from-trio.md", import.meta.url);

/** What Python knows of Trio's public names, in the words of the page. */
const NAMES = `
import json, warnings
warnings.simplefilter("ignore")
import trio, trio.lowlevel, trio.testing

def public(it):
    return [name for name in dir(it) if not name.startswith("_")]

names = public(trio)
names += [f"lowlevel.{name}" for name in public(trio.lowlevel)]
names += [f"testing.{name}" for name in public(trio.testing)]
for each in ["CancelScope", "Nursery", "Event", "Lock", "Semaphore", "Condition", "CapacityLimiter", "MemorySendChannel",
             "MemoryReceiveChannel"]:
    names += [f"{each}.{name}" for name in public(getattr(trio, each))]
print(json.dumps(sorted(set(names))))
`;

const python = findPython();

describe("docs/from-trio.md", () => {
  let rows: string[][];

  beforeAll(async () => {
    rows = tableRows(await readFile(PAGE, "utf8"));
  });

  it("says of everything whether it is the same, and why", () => {
    expect(rows.filter((cells) => cells.length !== 4 || cells.includes(""))).toEqual([]);
    const verdicts = rows.filter(([first]) => first?.startsWith("`")).map((cells) => cells[2]);
    expect(new Set(verdicts)).toEqual(new Set(["same", "different", "none"]));
  });

  it("lists every program that behaves differently, in its words", () => {
    const listed = rows.map(([first]) => first).filter((first) => first?.startsWith("`") === false);
    expect(listed).toEqual(DIFFERENCES.map(({ name }) => name));
  });

  it.skipIf(python === undefined)("has every public name of Trio in a first column (needs python3 with trio)", () => {
    const names = evaluate(python as string, NAMES) as string[];
    expect(names.length).toBeGreaterThan(150);
    const known = new Set(rows.flatMap(([first = ""]) => [...first.matchAll(/`([\w.]+)/g)].map(([, name]) => name)));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

/** The rows of all tables but their heads. */
function tableRows(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines
    .filter((line, index) => !line.startsWith("|---") && lines[index + 1]?.startsWith("|---") !== true)
    .map((line) =>
      line
        .slice(1, line.lastIndexOf("|"))
        .split("|")
        .map((cell) => cell.trim()),
    );
}
