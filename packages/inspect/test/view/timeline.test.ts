import { CannotReadTraceError, readTimeline, timelineHtml, timelineSvg } from "@heddle/inspect";
import { describe, expect, it } from "vitest";

/** A trace as a run writes it: a crew of two that shares a connection, one of which blocks and one of which fails. */
function trace(): string {
  const track = (tid: number, task: string, parent: number): object => ({
    ph: "M",
    name: "thread_name",
    pid: 1,
    tid,
    args: { name: `${task} #${tid}`, task, parent },
  });
  const slice = (tid: number, cat: string, name: string, from: number, to: number): object => ({
    ph: "X",
    name,
    cat,
    pid: 1,
    tid,
    ts: from * 1000,
    dur: (to - from) * 1000,
  });
  const traceEvents = [
    { ph: "M", name: "process_name", pid: 1, tid: 0, args: { name: "/srv/shop.js" } },
    track(1, "main", 0),
    track(2, "load <orders>", 1),
    track(3, "print invoices for everybody in the house", 1),
    slice(1, "running", "running", 100, 112),
    slice(1, "waiting", "its children", 112, 400),
    slice(2, "new", "waits for its turn", 104, 112),
    slice(2, "running", "running", 112, 120),
    slice(2, "waiting", 'lock.acquire "db"', 120, 260),
    slice(2, "ready", "could go on", 260, 264),
    slice(2, "blocking", "blocking", 264, 340),
    slice(3, "running", "running", 120, 126),
    slice(3, "outside", "awaits a promise from elsewhere", 126, 258),
    slice(3, "running", "running", 258, 262),
    slice(3, "waiting", "sleep", 262, 398),
    { ph: "s", name: "wakes", cat: "wake", pid: 1, tid: 3, ts: 260_000, id: 1 },
    { ph: "f", bp: "e", name: "wakes", cat: "wake", pid: 1, tid: 2, ts: 260_000, id: 1 },
    { ph: "i", s: "t", name: "failed", cat: "mark", pid: 1, tid: 2, ts: 340_000 },
    { ph: "i", s: "t", name: "asked to stop", cat: "mark", pid: 1, tid: 3, ts: 341_000 },
    { ph: "i", s: "t", name: "cancelled", cat: "mark", pid: 1, tid: 3, ts: 398_000 },
  ];
  return JSON.stringify({ otherData: { source: "heddle", version: 1, dropped: 7 }, traceEvents });
}

describe("a timeline", () => {
  it("has children below their parents, and begins when the first task is there", () => {
    const timeline = readTimeline(trace(), "out.json");
    expect(timeline.tasks.map(({ name, depth }) => [name, depth])).toEqual([
      ["main", 0],
      ["load <orders>", 1],
      ["print invoices for everybody in the house", 1],
    ]);
    expect(timeline.tasks[0]?.slices[0]).toEqual({ kind: "running", name: "running", from: 0, to: 12 });
    expect(timeline).toMatchObject({
      program: "shop.js",
      length: 300,
      dropped: 7,
      wakes: [{ at: 160, by: 2, task: 1 }],
    });
  });

  it("is drawn as it was when somebody last looked at it", async () => {
    const timeline = readTimeline(trace(), "out.json");
    await expect(timelineSvg(timeline)).toMatchFileSnapshot("golden/timeline.svg");
    await expect(timelineSvg(timeline, { width: 640 })).toMatchFileSnapshot("golden/timeline-narrow.svg");
    await expect(timelineHtml(timeline)).toMatchFileSnapshot("golden/timeline.html");
  });

  it("asks for nothing from the network, and lets no name end its script", () => {
    const html = timelineHtml(readTimeline(trace(), "out.json"));
    expect(html).not.toMatch(/(src|href)=|https?:\/\/|@import/);
    expect(html).not.toContain("load <orders>");
  });

  it("of very many tasks shows those that live longest, and says how many it leaves out", () => {
    const timeline = readTimeline(trace(), "out.json");
    const svg = timelineSvg(timeline, { rows: 2 });
    expect(svg).toContain("1 shorter tasks are not drawn");
    expect(svg).not.toContain("load &#60;orders&#62;");
  });

  it("is not made of what Heddle has not written", () => {
    expect(() => readTimeline("{", "a.json")).toThrow(CannotReadTraceError);
    for (const text of ["null", "[]", '{"traceEvents":[]}', '{"traceEvents":{},"otherData":{"source":"heddle"}}']) {
      expect(() => readTimeline(text, "a.json")).toThrow(/a\.json was not written by Heddle/);
    }
  });
});
