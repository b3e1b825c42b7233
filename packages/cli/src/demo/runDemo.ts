import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TaskGroup } from "heddle";
import { now, taskGroup } from "heddle";
import { cannotWrite } from "../output/bodyFiles.js";
import type { Reporter } from "../progress/reporter.js";
import { makeReporter } from "../progress/reporter.js";
import { ratioSentence, sitesText } from "./demoText.js";
import { LocalSites } from "./localSites.js";
import { measure } from "./measure.js";
import { BLOCK, planPages } from "./planPages.js";
import { progressBar } from "./progressBar.js";
import { reportHtml } from "./reportHtml.js";
import type { RunTrace, TwoRuns } from "./runTrace.js";
import { runName } from "./runTrace.js";
import { timelineSvg } from "./timelineSvg.js";

export interface DemoCall {
  /** The folder for the picture. */
  readonly out: string;
  readonly pages: number;
  readonly seed: number;
  readonly concurrency: number;
}

/**
 * Starts local sites, fetches a sample of their pages one at a time and then all concurrently, and draws the two.
 * Returns the exit code: 0 if all pages were had.
 *
 * If cancelled: stops the sites, then throws `CancelledError`.
 *
 * @throws CannotWriteError when the picture cannot be saved
 */
export async function runDemo(call: DemoCall): Promise<number> {
  const reporter = makeReporter(process.stderr);
  let runs: TwoRuns | undefined;
  try {
    await taskGroup(async (group) => {
      runs = await measureBoth(group, call, reporter);
    });
  } finally {
    reporter.stop();
  }
  if (runs === undefined) return 1;
  const sentence = ratioSentence(runs);
  const svg = timelineSvg(runs);
  const html = reportHtml(runs, { svg, sentence });
  const path = await save(call.out, { "timelines.svg": svg, "index.html": html });
  process.stdout.write(`
${sentence}.
(The time from a run's start to its last page, waits included, by its pages.)

The picture: ${path}, and timelines.svg beside it
`);
  return runs.every(({ pages, fetched }) => pages === fetched) ? 0 : 1;
}

async function measureBoth(group: TaskGroup, call: DemoCall, reporter: Reporter): Promise<TwoRuns> {
  const { pages, seed, concurrency } = call;
  const plans = planPages({ pages, seed });
  const sites = await LocalSites.start(group, { plans, seed });
  try {
    reporter.say(`${sitesText(plans)}\n`);
    const urls = plans.map((plan) => sites.urlOf(plan));
    const alone = await measureOne(urls.slice(0, Math.min(BLOCK, pages / 2)), { concurrency: 1, seed }, reporter);
    sites.forget();
    return [alone, await measureOne(urls, { concurrency, seed }, reporter)];
  } finally {
    sites.stop();
  }
}

async function measureOne(
  urls: readonly string[],
  options: { concurrency: number; seed: number },
  reporter: Reporter,
): Promise<RunTrace> {
  const name = runName(options);
  const started = now();
  let done = 0;
  const bar = (width: number): string => {
    return progressBar({ name, done, total: urls.length, elapsed: now() - started }, width);
  };
  reporter.start(bar);
  const run = await measure(urls, {
    ...options,
    onPage: (count) => {
      done = count;
    },
  });
  reporter.stop();
  reporter.say(bar(79));
  return run;
}

/** Saves the files in a folder, and returns the path of the last one. */
async function save(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  let path = folder;
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      path = join(folder, name);
      await writeFile(path, content);
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return path;
}
