import type { Comparison, Run, Way } from "@heddle/inspect";
import { adviceOn, compareSvg, compareText } from "@heddle/inspect";
import { describe, expect, it } from "vitest";

function comparison(runs: Record<Way, [wall: number, waiting: number]>): Comparison {
  const run = (way: Way, lanes: number): Run => {
    const [wall, waiting] = runs[way];
    const each = (wall * lanes) / 4;
    const jobs = [0, 1, 2, 3].map((i) => {
      const from = Math.floor(i / lanes) * each;
      return { name: "job", from, to: from + each };
    });
    return { way, wall, waiting, cpu: wall * (1 - waiting), jobs };
  };
  return {
    file: "/srv/jobs.mjs",
    jobs: 4,
    threads: 2,
    runs: [run("sequential", 1), run("concurrent", 4), run("threads", 2)],
  };
}

const waits = comparison({ sequential: [400, 0.95], concurrent: [100, 0.8], threads: [200, 0.9] });
const computes = comparison({ sequential: [400, 0.02], concurrent: [410, 0], threads: [210, 0.02] });
const both = comparison({ sequential: [400, 0.5], concurrent: [220, 0.1], threads: [110, 0.2] });

describe("the advice", () => {
  it("is to make it concurrent where it waits, with the numbers that say so", () => {
    expect(adviceOn(waits)).toEqual({
      kind: "waits",
      text:
        "It waits most of the time: make it concurrent, threads are not needed " +
        "(95 % of the time one after the other is waiting; concurrent it is 4.0× as fast, on 2 threads 2.0×)",
    });
  });

  it("is to use threads where it computes, unless they gain nothing", () => {
    expect(adviceOn(computes).text).toMatch(/^It computes: use threads, concurrency alone gains nothing/);
    const alone = comparison({ sequential: [400, 0], concurrent: [400, 0], threads: [390, 0] });
    expect(adviceOn(alone).text).toMatch(/^It computes: threads would help with more processors/);
  });

  it("is to do both where it does both", () => {
    expect(adviceOn(both)).toMatchObject({ kind: "both", text: expect.stringContaining("do both") });
  });

  it("is to measure more where there is too little of it", () => {
    const short = comparison({ sequential: [4, 0.5], concurrent: [2, 0.1], threads: [2, 0.2] });
    expect(adviceOn(short).kind).toBe("short");
  });
});

it("the table has wall time, CPU time, speed-up and the share of waiting", () => {
  expect(compareText(both)).toBe(`4 jobs of jobs.mjs

                     wall time  CPU time  speed-up  waiting
one after the other     400 ms    200 ms      1.0×     50 %
concurrent              220 ms    198 ms      1.8×     10 %
on threads (2)          110 ms     88 ms      3.6×     20 %

It waits and computes: do both, concurrent in each of a few threads (50 % of the time one after the other is waiting; concurrent it is 1.8× as fast, on 2 threads 3.6×).
`);
});

it("the picture is as it was when somebody last looked at it", async () => {
  await expect(compareSvg(both)).toMatchFileSnapshot("golden/compare.svg");
});
