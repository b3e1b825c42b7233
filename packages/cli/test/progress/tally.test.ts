import { expect, test } from "vitest";
import { Tally } from "../../src/progress/tally.js";

test("pages are counted by how they ended, the most frequent failure first", () => {
  const tally = new Tally(1000, 5);
  tally.page({ outcome: "ok", verdict: "ok", bytes: 100 });
  tally.page({ outcome: "dns", verdict: "dead", bytes: 0 });
  tally.page({ outcome: "timeout", verdict: "dead", bytes: 7 });
  tally.page({ outcome: "timeout", verdict: "dead", bytes: 0 });
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

test("an answer in good order that is not the page has failed by its verdict, and what is no HTML has not", () => {
  const tally = new Tally(0);
  tally.page({ outcome: "ok", verdict: "captcha", bytes: 1 });
  tally.page({ outcome: "ok", verdict: "notHtml", bytes: 1 });
  expect(tally.progress(1)).toMatchObject({ ok: 1, failed: 1, failures: [["captcha", 1]] });
});

test("the slowest request is the one that left first of those under way", () => {
  const tally = new Tally(0);
  tally.requestStarted(1, "http://a/", 10);
  tally.requestStarted(2, "http://b/", 20);
  expect(tally.progress(50)).toMatchObject({ running: 2, slowest: { url: "http://a/", age: 40 } });
  tally.requestEnded(1);
  expect(tally.progress(60)).toMatchObject({ running: 1, slowest: { url: "http://b/", age: 40 } });
});
