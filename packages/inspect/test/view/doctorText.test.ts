import type { LoopWatch } from "@heddle/inspect";
import { doctorFindings, doctorText } from "@heddle/inspect";
import { describe, expect, it } from "vitest";
import { snapshotOf, taskInfo } from "../support/snapshots.js";

const earlier = snapshotOf([taskInfo(1, "main")], { at: 8000, loop: { busy: 1000, idle: 7000 } });
const hottest = { function: "parseAll", at: "/srv/shop.js:9", share: 0.93 };

function said(watch: LoopWatch, busy: number, idle: number): string[] {
  const snapshot = snapshotOf([taskInfo(1, "main")], { loop: { busy: 1000 + busy, idle: 7000 + idle } });
  return doctorFindings(snapshot, earlier, watch).map(({ text }) => text);
}

describe("`doctor`", () => {
  it("says that single jobs take long, and where the time goes, though the event loop turns", () => {
    expect(said({ longest: 3100, hottest }, 1800, 200)).toEqual([
      "The event loop was busy for 90 % of the time, once for 3.1 s in one go, in which nothing else could run; " +
        "most of it in parseAll, at /srv/shop.js:9 (93 % of the CPU time)",
    ]);
  });

  it("says that the event loop never rests", () => {
    expect(said({ longest: 20, hottest }, 1990, 10)).toEqual([
      "The event loop was busy for 100 % of the time; most of it in parseAll, at /srv/shop.js:9 (93 % of the CPU time)",
    ]);
    expect(said({ longest: 20, hottest }, 1000, 1000)).toEqual([]);
  });

  it("says of a program that answers late that it was blocked, unless it knows more", () => {
    const late = snapshotOf([taskInfo(1, "main")], { answeredAfter: 3100 });
    expect(doctorFindings(late, earlier).map(({ text }) => text)).toEqual([
      "The program answered only after 3.1 s: something has blocked its event loop that cannot be interrupted, " +
        "such as JSON.parse() or a synchronous call of the system; heddle doctor says where",
    ]);
    expect(doctorFindings(late, earlier, { longest: 3100 })).toHaveLength(1);
  });

  it("names who has waited longest, with the state of what for, where nothing looks wrong", () => {
    const stats = { size: 10, maxSize: 10, getting: 0, putting: 1 };
    const puts = { waits: [{ what: "queue.put", primitive: 1, since: 3600 }] };
    const gets = { waits: [{ what: "event.wait", primitive: 2, since: 9000 }] };
    const snapshot = snapshotOf(
      [
        taskInfo(1, "main", { waits: [{ what: "sleep", since: 60_000 }] }),
        taskInfo(2, "produce", puts),
        taskInfo(3, "w-1", gets),
        taskInfo(4, "w-2", gets),
      ],
      {},
      [
        { id: 1, kind: "Queue", name: "rows", stats },
        { id: 2, kind: "Event", stats: { isSet: false } },
      ],
    );
    expect(doctorText(snapshot, earlier).split("\n").slice(2)).toEqual([
      "Nothing looks wrong: no deadlock, no blocked loop, nothing that grows.",
      "Waiting longest:",
      "  2 tasks (w-*), for 9.0 s: event.wait on Event #2 (isSet false)",
      '  "produce", for 3.6 s: queue.put on Queue "rows" (size 10, maxSize 10, getting 0, putting 1)',
      "",
    ]);
  });
});
