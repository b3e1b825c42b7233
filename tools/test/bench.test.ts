import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

interface Line {
  section: string;
  workload: string;
  on: string;
  peer: string;
  size?: number;
  round: number;
  [figure: string]: unknown;
}

interface Section {
  report(lines: readonly Line[], context: { nodes: readonly { on: string }[]; plotFile?: string }): string;
}

interface Results {
  readonly lines: Line[];
  has(job: Line): boolean;
  add(line: Line): void;
}

const load = async <T>(path: string): Promise<T> =>
  (await import(new URL(`../../bench/${path}`, import.meta.url).href)) as T;

const workloads = await load<Section>("sections/workloads.mjs");
const scaling = await load<Section>("sections/scaling.mjs");
const fairness = await load<Section>("sections/fairness.mjs");
const { Results } = await load<{
  Results: new (path: string, settings: object, options: { resume: boolean }) => Results;
}>("lib/results.mjs");
const { writeBetweenMarkers } = await load<{
  writeBetweenMarkers(path: string, name: string, text: string): void;
}>("lib/readme.mjs");

const nodes = [{ on: "Node 20" }, { on: "Node 26" }];
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bench-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function spawnLines(on: string, peer: string, figures: readonly number[]): Line[] {
  return figures.map((ns, round) => ({ section: "workloads", workload: "spawn", on, peer, round, ns }));
}

const rowOf = (table: string, ...cells: readonly string[]): string | undefined =>
  table.split("\n").find((line) => cells.every((cell) => line.includes(`| ${cell} |`)));

describe("the table of the workloads", () => {
  it("has a row for each peer with medians and ratios on each Node, and judges Heddle by the newest", () => {
    const table = workloads.report(
      [
        ...spawnLines("Node 20", "native", [100, 900, 200]),
        ...spawnLines("Node 20", "heddle", [2000]),
        ...spawnLines("Node 26", "native", [100]),
        ...spawnLines("Node 26", "heddle", [250, 230, 240]),
        ...spawnLines("Python", "asyncio", [1600]),
      ],
      { nodes },
    );
    expect(rowOf(table, "native *")).toContain("| 200 ns | 1.00 | 0.13 | 100 ns | 1.00 | 0.063 |");
    expect(rowOf(table, "heddle")).toContain("| 2000 ns | 10.00 | 1.25 | 240 ns | 2.40 | 0.15 |");
    expect(rowOf(table, "heddle")).toContain("<= 2.4 x native: met (2.40)<br><= 1/7 x asyncio: **not met** (0.15)");
    expect(rowOf(table, "asyncio")).toContain("| 1600 ns | 8.00 | 1.00 | 1600 ns | 16.00 | 1.00 |");
  });

  it("leaves out what was not measured", () => {
    const table = workloads.report(spawnLines("Node 26", "heddle", [240]), { nodes });
    expect(rowOf(table, "heddle")).toBe("| **spawn 200k tasks and gather** | heddle |  |  |  | 240 ns |  |  |  |");
  });
});

describe("the table of the scaling", () => {
  it("compares the most expensive size with the cheapest, with and without the garbage collector, and draws the curves", () => {
    const line = { section: "scaling", workload: "spawn", on: "Node 26", peer: "heddle", round: 0 };
    const plotFile = join(folder, "plot.svg");
    const table = scaling.report(
      [
        { ...line, size: 1_000, ns: 500, gcNs: 100 },
        { ...line, size: 10_000, ns: 600, gcNs: 200 },
        { ...line, size: 100_000, ns: 900, gcNs: 500 },
        { ...line, size: 1_000_000, ns: 1_500, gcNs: 900 },
      ],
      { nodes, plotFile },
    );
    expect(rowOf(table, "heddle")).toBe(
      "| **spawn and gather** | heddle | 500 ns | 600 ns | 900 ns | 1500 ns | 3.00 | 1.50 | <= 2: **not met**, but met without the collector |",
    );
    expect(readFileSync(plotFile, "utf8")).toMatch(/^<svg .*spawn and gather.*<\/svg>\n$/s);
  });
});

describe("the table of the fairness", () => {
  it("says who starves the rest, and judges Heddle by its worst 99th percentile", () => {
    const served = { count: 100, p50: 1, p99: 5.5, max: 9 };
    const starved = { count: 1, p50: 4001, p99: 4001, max: 4001 };
    const line = { section: "fairness", workload: "yield", on: "Node 26", round: 0, ns: 100, seconds: 4 };
    const table = fairness.report(
      [
        { ...line, peer: "heddle", echo: served, timer: served, worker: { ...served, p99: 6.5 } },
        { ...line, peer: "native, await null", echo: starved, timer: starved, worker: starved },
      ],
      { nodes },
    );
    expect(rowOf(table, "heddle")).toContain(
      "| 1.0 / 5.5 / 9.0 | 1.0 / 5.5 / 9.0 | 1.0 / 6.5 / 9.0 | p99 <= 6: **not met** |",
    );
    expect(rowOf(table, "native, await null")).toContain("| starved | starved | starved |");
  });
});

describe("results", () => {
  const [line] = spawnLines("Node 26", "heddle", [240]) as [Line];

  it("are kept as they come, and taken up again when a run is resumed", () => {
    const path = join(folder, "results.ndjson");
    new Results(path, { scale: 1 }, { resume: false }).add(line);
    const resumed = new Results(path, { scale: 1 }, { resume: true });
    expect(resumed.lines).toEqual([line]);
    expect([resumed.has(line), resumed.has({ ...line, round: 1 })]).toEqual([true, false]);
  });

  it("of other settings are not mixed, and those of an earlier run are put aside", () => {
    const path = join(folder, "results.ndjson");
    new Results(path, { scale: 1 }, { resume: false }).add(line);
    expect(() => new Results(path, { scale: 2 }, { resume: true })).toThrow("measured with other settings");
    expect(new Results(path, { scale: 2 }, { resume: false }).lines).toEqual([]);
    expect(readFileSync(`${path}.old`, "utf8")).toContain('"ns":240');
  });

  it("go between the markers of their section and leave the rest of the README as it is", () => {
    const path = join(folder, "README.md");
    const marked = (text: string): string =>
      `before\n<!-- x: written by npm run bench -- --readme -->\n\n${text}\n\n<!-- end of x -->\nafter\n`;
    writeFileSync(path, marked("old"));
    writeBetweenMarkers(path, "x", "new");
    writeBetweenMarkers(path, "x", "newer");
    expect(readFileSync(path, "utf8")).toBe(marked("newer"));
    expect(() => writeBetweenMarkers(path, "y", "new")).toThrow("there are no markers");
  });
});
