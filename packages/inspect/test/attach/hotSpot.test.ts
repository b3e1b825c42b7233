import { describe, expect, it } from "vitest";
import type { CpuProfile } from "../../src/attach/hotSpot.js";
import { hotSpotOf } from "../../src/attach/hotSpot.js";

const frame = (
  functionName: string,
  url: string,
  lineNumber: number = 0,
): CpuProfile["nodes"][number]["callFrame"] => ({
  functionName,
  url,
  lineNumber,
});
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)", ""), children: [2, 3] },
    { id: 2, callFrame: frame("(idle)", "") },
    { id: 3, callFrame: frame("begin", "file:///srv/node_modules/heddle/dist/task/task.js"), children: [4, 6] },
    {
      id: 4,
      callFrame: frame("parse all", "file:///srv/my%20shop.js", 8),
      children: [5],
      positionTicks: [
        { line: 10, ticks: 1 },
        { line: 11, ticks: 5 },
      ],
    },
    { id: 5, callFrame: frame("readFileSync", "node:fs") },
    { id: 6, callFrame: frame("", "file:///srv/other.js", 2) },
  ],
};

describe("hotSpotOf", () => {
  it("counts what the platform does as its caller's, leaves idle time out, and tells the line", () => {
    expect(hotSpotOf({ ...PROFILE, samples: [2, 2, 2, 4, 5, 5, 6] })).toEqual({
      function: "parse all",
      at: "/srv/my shop.js:11",
      share: 0.75,
    });
  });

  it("tells where a function begins that has no ticks itself, and nothing of a program that has rested", () => {
    expect(hotSpotOf({ ...PROFILE, samples: [6] })).toEqual({
      function: "(anonymous)",
      at: "/srv/other.js:3",
      share: 1,
    });
    expect(hotSpotOf({ ...PROFILE, samples: [2, 1, 2] })).toBeUndefined();
  });
});
