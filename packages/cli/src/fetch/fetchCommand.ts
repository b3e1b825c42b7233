import { FETCH_DEFAULTS } from "@heddle/crawl";
import { Command, Option } from "commander";
import type { BodyMode } from "../args/parseBodyMode.js";
import { parseBodyMode } from "../args/parseBodyMode.js";
import { parseCount } from "../args/parseCount.js";
import { parseDuration, writeDuration } from "../args/parseDuration.js";
import { parseHeader, parseUserAgent } from "../args/parseHeader.js";
import { parseSize, writeSize } from "../args/parseSize.js";
import { UsageError } from "../errors.js";
import type { FetchCall, Fetching } from "./fetchCall.js";
import { runFetch } from "./runFetch.js";

const MOST_CONCURRENCY = 10_000;

const DETAILS = `
URLs come from the command line, from files, or from both. A file has one URL a
line; blank lines and lines that begin with # are skipped. A URL needs its
scheme (https://example.com): what is none becomes a record that says so.

Each URL gives one line of JSON, as soon as it is done: url, finalUrl, status,
outcome ("ok", or what went wrong), contentType, charset, bytes, ms, attempts,
redirects, html. What is not text is in "body", as base64. With --body DIR/ it
is all in files that "file" names: text as UTF-8, everything else as it came. A
file that is there already is replaced.

Durations are milliseconds, or 500ms, 30s, 2m. Sizes are bytes, or 64kb, 10mb,
1gb (1kb is 1,024 bytes).

Exit code: 0 all pages fetched, 1 some failed, 2 the call is wrong or the
records cannot be written, 130 after Ctrl-C, 143 after SIGTERM. The first Ctrl-C
stops the requests and writes what is finished; a second one ends at once.

Examples:
  heddle fetch https://example.com
  heddle fetch -i urls.txt -o pages.ndjson
  heddle fetch -i urls.txt --body pages/ -c 200 --per-host 2 > records.ndjson
  cat urls.txt | heddle fetch -i - --body none | grep -v '"outcome":"ok"'
`;

/** The command line of `heddle fetch`. `finish` is told the exit code. */
export function fetchCommand(finish: (exitCode: number) => void): Command {
  const count = (flags: string, help: string, range: { least: number; most: number; standard: number }): Option =>
    new Option(flags, help).argParser((text) => parseCount(nameOf(flags), text, range)).default(range.standard);
  const duration = (flags: string, help: string, standard: number): Option =>
    new Option(flags, help)
      .argParser((text) => parseDuration(nameOf(flags), text))
      .default(standard, writeDuration(standard));
  const usual = FETCH_DEFAULTS;

  return new Command("fetch")
    .description("Fetch many pages at once and print a line of JSON for each")
    .argument("[url...]", "pages to fetch")
    .optionsGroup("What to fetch, and where to:")
    .option("-i, --input <file>", "read URLs from a file, - for the standard input; may be repeated", collect)
    .option(
      "-o, --output <file>",
      "write the records to a file, which is emptied first; - for the standard output",
      "-",
    )
    .addOption(
      new Option("--body <where>", "bodies: none, inline in the records, or each in a file in a folder (DIR/)")
        .argParser(parseBodyMode)
        .default({ to: "inline" }, "inline"),
    )
    .option("--ordered", "records in the order of the URLs, not as they are done")
    .option("-q, --quiet", "no progress and no summary on stderr")
    .optionsGroup("How much at a time:")
    .addOption(
      count("-c, --concurrency <n>", "requests at a time", {
        least: 1,
        most: MOST_CONCURRENCY,
        standard: usual.concurrency,
      }),
    )
    .addOption(
      count("--per-host <n>", "requests at a time to one host", {
        least: 1,
        most: MOST_CONCURRENCY,
        standard: usual.perHost,
      }),
    )
    .optionsGroup("How patiently:")
    .addOption(duration("--timeout <duration>", "the longest a request may take, body included", usual.timeout))
    .addOption(duration("--stall-timeout <duration>", "the longest in which nothing at all comes", usual.stallTimeout))
    .addOption(
      count("--retries <n>", "how often to try again after a failure that may pass", {
        least: 0,
        most: 100,
        standard: usual.retries,
      }),
    )
    .addOption(
      duration("--max-retry-after <duration>", "the longest Retry-After that is waited for", usual.maxRetryAfter),
    )
    .addOption(
      count("--max-redirects <n>", "redirects to follow", { least: 0, most: 100, standard: usual.maxRedirects }),
    )
    .addOption(
      new Option("--max-body <size>", "the largest body that is read")
        .argParser((text) => parseSize("--max-body", text))
        .default(usual.maxBytes, writeSize(usual.maxBytes)),
    )
    .optionsGroup("What to say to servers:")
    .option("-H, --header <header>", 'send a header, as "Name: value"; may be repeated', parseHeader)
    .option("--user-agent <name>", "how to call ourselves", parseUserAgent, usual.userAgent)
    .optionsGroup("Whom to trust:")
    .option(
      "--insecure",
      "accept any certificate, expired or forged: whoever sits in between can read all that is sent and change all that comes",
    )
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (urls: string[], flags: FetchFlags) => finish(await runFetch(toCall(urls, flags))));
}

/** What commander makes of the flags: a field is named after its long flag. */
interface FetchFlags extends Omit<Fetching, "maxBytes" | "headers"> {
  body: BodyMode;
  input?: string[];
  output?: string;
  ordered?: boolean;
  quiet?: boolean;
  insecure?: boolean;
  maxBody: number;
  header?: Record<string, string>;
}

function toCall(urls: readonly string[], flags: FetchFlags): FetchCall {
  const { input: inputs = [], output = "-", body, ordered = false, quiet = false, insecure = false, ...others } = flags;
  const { maxBody: maxBytes, header: headers = {}, ...fetching } = others;
  if (urls.length === 0 && inputs.length === 0) {
    throw new UsageError('Cannot fetch as no URL was given: received neither a URL nor "-i FILE"');
  }
  if (inputs.filter((path) => path === "-").length > 1) {
    throw new UsageError('Cannot set --input as the standard input can be read once: received "-" twice');
  }
  return { urls, inputs, output, body, ordered, quiet, insecure, fetching: { ...fetching, maxBytes, headers } };
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function nameOf(flags: string): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}
