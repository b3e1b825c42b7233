import type { TopMessage, TopState } from "@heddle/inspect";
import { TOP_START, topNext, topScreen } from "@heddle/inspect";
import { describe, expect, it } from "vitest";
import { snapshotOf, taskInfo } from "../support/snapshots.js";

const snapshot = snapshotOf([
  taskInfo(1, "main"),
  taskInfo(2, "page-10", { waits: [{ what: "sleep", since: 50 }] }),
  taskInfo(3, "page-9", { waits: [{ what: "queue.get", since: 700 }] }),
]);

/** What a row of messages makes of the start; a text is keys, one after the other. */
function after(...messages: (TopMessage | string)[]): TopState {
  const all = messages.flatMap((each): TopMessage[] =>
    typeof each === "string" ? [...each].map((key) => ({ kind: "key", key })) : [each],
  );
  return all.reduce(topNext, TOP_START);
}
const look: TopMessage = { kind: "snapshot", snapshot };

describe("the state of `top`", () => {
  it("sorts by who has waited longest, and by the next thing with s", () => {
    const screen = { columns: 80, rows: 12 };
    const names = (state: TopState): string[] =>
      topScreen(state, screen)
        .lines.map((line) => /main|page-\d+/.exec(line)?.[0] ?? "")
        .filter((name) => name !== "");
    expect(names(after(look))).toEqual(["page-9", "page-10", "main"]);
    expect(names(after(look, "ss"))).toEqual(["main", "page-9", "page-10"]);
    expect(after(look, "sss").sort).toBe("id");
    expect(names(after(look, "/queue\r"))).toEqual(["page-9"]);
    expect(names(after(look, "/queue", { kind: "key", key: "\u001b" }))).toHaveLength(3);
  });

  it("sorts by who has run longest where debug mode knows that, and shows it", () => {
    const tasks = snapshot.tasks.map((task, i) => ({ ...task, ran: [30, 1200, 5][i] as number }));
    const state = after({ kind: "snapshot", snapshot: { ...snapshot, tasks } }, "ss");
    expect(state.sort).toBe("ran");
    const { lines } = topScreen(state, { columns: 80, rows: 12 });
    expect(lines.slice(2, 6)).toEqual([
      "ID  TASK     STATE      AGE    RAN     FOR  WAITS FOR",
      " 2  page-10  waiting  2.0 s  1.2 s   50 ms  sleep",
      " 1  main     outside  1.0 s  30 ms          awaits a promise from elsewhere",
      " 3  page-9   waiting  3.0 s   5 ms  700 ms  queue.get",
    ]);
  });

  it("cancels the selected task only after a yes", () => {
    expect(after(look, "c").note).toBe("No task is selected");
    const asked = after(look, "jc");
    expect(topScreen(asked, { columns: 80, rows: 10 }).lines.at(-1)).toBe(
      'Cancel task "page-9"? y for yes, any other key for no',
    );
    expect(topNext(asked, { kind: "key", key: "n" })).toMatchObject({ cancel: null, note: "Nothing was cancelled" });
    const yes = topNext(asked, { kind: "key", key: "y" });
    expect(yes.cancel).toBe(3);
    expect(topNext(yes, { kind: "cancelled", name: "page-9", done: true })).toMatchObject({
      cancel: null,
      note: 'Task "page-9" was asked to stop',
    });
  });

  it("keeps the selection where it is when the tasks change, and ends with q or Ctrl-C", () => {
    const selected = after(look, "jj");
    expect(selected.selected).toBe(2);
    const fewer = topNext(selected, { kind: "snapshot", snapshot: { ...snapshot, tasks: snapshot.tasks.slice(0, 2) } });
    expect(fewer.selected).toBe(2);
    expect([after(look, "q").quit, after(look, "/", "\u0003").quit]).toEqual([true, true]);
  });

  it("shows how busy the process was since the last look, and never more lines than the screen has", () => {
    const later = { ...snapshot, at: 11_000, cpu: 1250, loop: { busy: 1500, idle: 9500 } };
    const { lines, selected } = topScreen(after(look, { kind: "snapshot", snapshot: later }, "j"), {
      columns: 90,
      rows: 9,
    });
    expect(lines[0]).toBe("shop.js (pid 17, node 20.20.2), up 1 min 5 s: 3 tasks, CPU 25 %, loop busy 50 %");
    expect(lines).toHaveLength(9);
    expect(lines[selected]).toContain("page-9");
  });
});
