import type { Fetcher, FetcherOptions, FetchProbe, Page } from "@heddle/crawl";
import { createFetcher, FETCH_DEFAULTS, recordOf, redact, SaveError } from "@heddle/crawl";
import { cancelScope, mapConcurrent, now, shield, TimeoutError } from "heddle";
import { onCancel } from "heddle/lowlevel";
import type { BodyMode } from "../args/parseBodyMode.js";
import type { Input } from "../input/openInput.js";
import { openInput } from "../input/openInput.js";
import { readUrls } from "../input/readUrls.js";
import { BodyFiles, cannotSave } from "../output/bodyFiles.js";
import type { Output } from "../output/openOutput.js";
import { openOutput } from "../output/openOutput.js";
import { progressLine } from "../progress/progressLine.js";
import type { Reporter } from "../progress/reporter.js";
import { makeReporter } from "../progress/reporter.js";
import { summary } from "../progress/summary.js";
import { Tally } from "../progress/tally.js";
import { formatDuration } from "../progress/units.js";
import { Delivery } from "./delivery.js";
import type { FetchCall } from "./fetchCall.js";

/** How long the reader may take, after an interruption, for the records that are finished. In milliseconds. */
const FLUSH_PATIENCE = 3000;

/**
 * Fetches what the call names and returns the exit code: 0 if all pages were had, 1 if some were not. A reader who has
 * seen enough (`| head -1`) ends it without a word.
 *
 * If cancelled: the requests are aborted, finished records are written, a summary is printed, then it throws
 * `CancelledError`.
 *
 * @throws UsageError, CannotReadError, CannotWriteError
 */
export async function runFetch(call: FetchCall): Promise<number> {
  const reporter = makeReporter(process.stderr, { quiet: call.quiet });
  const inputs = await openInputs(call.inputs);
  const files = call.body.to === "files" ? await BodyFiles.open(call.body.folder) : undefined;
  const sharesTerminal = call.output === "-" && process.stdout.isTTY;
  const beforeLine = sharesTerminal ? (): void => reporter.hide() : undefined;
  const output = await openOutput(call.output, { inputs: call.inputs, beforeLine });
  const tally = new Tally(now(), inputs.length === 0 ? call.urls.length : undefined);
  const fetcher = createFetcher({ ...call.fetching, ...savingOf(call.body), probe: probeFor(tally) });

  let interrupted: { by: string; givenUp: number } | undefined;
  const watch = onCancel(({ reason }) => {
    interrupted = { by: String(reason), givenUp: tally.running };
  });
  reporter.start((width) => progressLine(tally.progress(now(), fetcher.stats().parked), width));
  try {
    await cancelScope(async (scope) => {
      output.writer.onFailure = () => scope.cancel("the records cannot be written");
      await fetchPages(call, { inputs, files, output, tally, fetcher });
      await output.close();
    });
    output.check();
  } finally {
    watch[Symbol.dispose]();
    await shield(() => fetcher.close());
    await closeSoon(output, reporter);
    reporter.stop();
    if (!output.writer.readerIsGone) reporter.say(summary(tally.progress(now()), interrupted));
  }
  return tally.failed === 0 ? 0 : 1;
}

/** Texts up to a size are written here, as UTF-8; what is no text, and longer ones, by the fetcher while they come. */
function savingOf(body: BodyMode): FetcherOptions {
  return body.to === "files" ? { saveTo: { dir: body.folder, from: Infinity, replace: true } } : {};
}

async function got(fetcher: Fetcher, url: string): Promise<Page> {
  try {
    return await fetcher.get(url);
  } catch (error) {
    throw error instanceof SaveError ? cannotSave(error, error.path) : error;
  }
}

async function openInputs(paths: readonly string[]): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const path of paths) inputs.push(await openInput(path));
  return inputs;
}

function probeFor(tally: Tally): FetchProbe {
  return {
    // It is shown, if it takes long.
    requestStarted: ({ id, url }) => tally.requestStarted(id, /[@?#]/.test(url) ? redact(url) : url, now()),
    requestEnded: ({ id }) => tally.requestEnded(id),
  };
}

interface Parts {
  readonly inputs: readonly Input[];
  readonly files: BodyFiles | undefined;
  readonly output: Output;
  readonly tally: Tally;
  readonly fetcher: Fetcher;
}

/** Fetches and delivers all pages. If cancelled: what is finished is delivered all the same. */
async function fetchPages(call: FetchCall, parts: Parts): Promise<void> {
  const { inputs, files, output, tally, fetcher } = parts;
  const { ordered, body } = call;
  const { concurrency = FETCH_DEFAULTS.concurrency } = call.fetching;
  const window = concurrency * (ordered ? FETCH_DEFAULTS.orderedWindow : FETCH_DEFAULTS.window);
  const delivery = new Delivery(output.writer, {
    inline: body.to === "inline",
    files,
    ordered: ordered ? { window } : undefined,
  });

  const fetchOne = async (url: string, number: number): Promise<void> => {
    await delivery.admit();
    const record = recordOf(await got(fetcher, url));
    tally.page(record);
    // Who waits for the reader is in the way of the next request: a slow reader slows the requests down.
    using _ = fetcher.holdSlot();
    await delivery.deliver(number, record);
  };

  try {
    for await (const _ of mapConcurrent(readUrls(call.urls, inputs), fetchOne, { limit: window, ordered: false }));
  } finally {
    delivery.giveUp();
  }
}

/** After an interruption: closes the output, unless its reader takes too long. Otherwise it is closed already. */
async function closeSoon(output: Output, reporter: Reporter): Promise<void> {
  try {
    await shield(() => output.close(), { timeout: FLUSH_PATIENCE });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    const lost = output.writer.unwritten;
    reporter.say(`${lost} records are not written as nobody took them within ${formatDuration(FLUSH_PATIENCE)}`);
  }
}
