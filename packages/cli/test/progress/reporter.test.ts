import { PassThrough } from "node:stream";
import { sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { afterEach, expect, test, vi } from "vitest";
import { makeReporter } from "../../src/progress/reporter.js";

const CLEAR = "\r\u001b[2K";

/** What a stream that is, or is not, a terminal of 40 columns was given to show. */
function screen(options: { isTTY: boolean }): { stream: NodeJS.WriteStream; shown: () => string } {
  const stream = Object.assign(new PassThrough({ encoding: "utf8" }), { ...options, columns: 40 });
  return { stream: stream as unknown as NodeJS.WriteStream, shown: () => (stream.read() as string | null) ?? "" };
}

afterEach(() => vi.unstubAllEnvs());

test("on a terminal a line is redrawn ten times a second, fits, and is gone at the end", async () => {
  vi.stubEnv("TERM", "xterm");
  const { stream, shown } = screen({ isTTY: true });
  const reporter = makeReporter(stream);
  let draws = 0;
  await virtualTime(async () => {
    reporter.start((width) => `${++draws} ${width}`);
    await sleep(450);
    expect(shown()).toBe([1, 2, 3, 4, 5].map((n) => `${CLEAR}${n} 39`).join(""));
    reporter.stop();
    expect(shown()).toBe(CLEAR);
    reporter.say("done");
    await sleep(1000);
  });
  expect(shown()).toBe("done\n");
});

test("the line makes room for what is written beside it", async () => {
  vi.stubEnv("TERM", "xterm");
  const { stream, shown } = screen({ isTTY: true });
  const reporter = makeReporter(stream);
  await virtualTime(async () => {
    reporter.start(() => "working");
    await sleep(50);
    shown();
    reporter.hide();
    reporter.hide();
    expect(shown()).toBe(CLEAR);
    await sleep(100);
    expect(shown()).toBe(`${CLEAR}working`);
    reporter.stop();
  });
});

test.each([
  ["a pipe", false, "xterm"],
  ["a terminal that cannot redraw", true, "dumb"],
])("on %s a plain line is printed every few seconds", async (_, isTTY, term) => {
  vi.stubEnv("TERM", term);
  const { stream, shown } = screen({ isTTY });
  const reporter = makeReporter(stream);
  await virtualTime(async () => {
    reporter.start((width) => `working ${width}`);
    await sleep(12_000);
    reporter.stop();
    await sleep(12_000);
  });
  expect(shown()).toBe("working Infinity\nworking Infinity\n");
});

test("a quiet one says nothing at all", async () => {
  const { stream, shown } = screen({ isTTY: true });
  const reporter = makeReporter(stream, { quiet: true });
  await virtualTime(async () => {
    reporter.start(() => "working");
    await sleep(12_000);
    reporter.say("done");
    reporter.stop();
  });
  expect(shown()).toBe("");
});
