import { expect, test } from "vitest";
import { Tally } from "../../src/progress/tally.js";

test("pages are counted by how they ended, the most frequent failure first", () => {
  const tally = new Tally(1000, 5);
  tally.page({ outcome: "ok", bytes: 100 });
  tally.page({ outcome: "dns", bytes: 0 });
  tally.page({ outcome: "timeout", bytes: 7 });
  tally.page({ outcome: "timeout", bytes: 0 });
  expect(tally.progress(3000, 2)).toMatchObject({
    elapsed: 2000,
    ok: 1,
    failed: 3,
    failures: [
      ["timeout", 2],
      ["dns", 1],
    ],
    bytes: 107,
    parked: 2,
    total: 5,
  });
});

test("the slowest request is the one that left first of those under way", () => {
  const tally = new Tally(0);
  tally.requestStarted(1, "http://a/", 10);
  tally.requestStarted(2, "http://b/", 20);
  expect(tally.progress(50)).toMatchObject({ running: 2, slowest: { url: "http://a/", age: 40 } });
  tally.requestEnded(1);
  expect(tally.progress(60)).toMatchObject({ running: 1, slowest: { url: "http://b/", age: 40 } });
});
