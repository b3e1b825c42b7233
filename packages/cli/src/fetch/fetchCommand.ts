import type { FetcherOptions } from "@heddle/crawl";
import { Command, Option } from "commander";
import { addOptionFlags } from "../args/optionFlags.js";
import type { BodyMode } from "../args/parseBodyMode.js";
import { parseBodyMode } from "../args/parseBodyMode.js";
import { UsageError } from "../errors.js";
import type { FetchCall } from "./fetchCall.js";
import { runFetch } from "./runFetch.js";

const DETAILS = `
URLs come from the command line, from files, or from both. A file has one URL a
line; blank lines and lines that begin with # are skipped. A URL needs its
scheme (https://example.com): what is none becomes a record that says so.

Each URL gives one line of JSON, as soon as it is done: url, finalUrl, status,
outcome ("ok", or what went wrong), contentType, charset, bytes, ms, attempts,
redirects, html. What is not text is in "body", as base64. With --body DIR/ it
is all in files that "file" names: text up to 10mb as UTF-8, everything else as
it came, written while it comes: bodies may be large then (--max-body is 1gb,
--timeout 10m). A file that is there already is replaced.

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
  const command = new Command("fetch")
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
    .option("-q, --quiet", "no progress and no summary on stderr");
  const readOptions = addOptionFlags(command);
  return command
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (urls: string[], flags: FetchFlags) => {
      finish(await runFetch(toCall(urls, flags, readOptions({ ...flags }))));
    });
}

/** What commander makes of our own flags: a field is named after its long flag. */
interface FetchFlags {
  body: BodyMode;
  input?: string[];
  output?: string;
  ordered?: boolean;
  quiet?: boolean;
}

function toCall(urls: readonly string[], flags: FetchFlags, fetching: FetcherOptions): FetchCall {
  const { input: inputs = [], output = "-", body, ordered = false, quiet = false } = flags;
  if (urls.length === 0 && inputs.length === 0) {
    throw new UsageError('Cannot fetch as no URL was given: received neither a URL nor "-i FILE"');
  }
  if (inputs.filter((path) => path === "-").length > 1) {
    throw new UsageError('Cannot set --input as the standard input can be read once: received "-" twice');
  }
  return { urls, inputs, output, body, ordered, quiet, fetching };
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
