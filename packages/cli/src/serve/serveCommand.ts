import { constants } from "node:os";
import { redact } from "@heddle/crawl";
import type { ServeOptions } from "@heddle/serve";
import { SERVICE_DEFAULTS, serve } from "@heddle/serve";
import { Command, Option } from "commander";
import { Event, fromEvents, race } from "heddle";
import { addOptionFlags } from "../args/optionFlags.js";
import { parseCount } from "../args/parseCount.js";
import { parseDuration } from "../args/parseDuration.js";
import { parseSize, writeSize } from "../args/parseSize.js";
import { CannotServeError, systemReason, UsageError } from "../errors.js";

const DETAILS = `
A call such as

  curl 'http://127.0.0.1:8787/?url=https%3A%2F%2Fexample.com%2F&render=true'

is answered with the HTML of the page. What became of it is in the headers:
X-Heddle-Verdict ("ok", "notFound", "blocked", "captcha" …), -Status,
-Final-Url, -Attempts, -Evidence. The status is 200 for a page, 404 for one that
there is not, 403 where we are not let in, 429, 413, and 502 or 504 for a site
that is down or late. What is wrong with the call itself is said with 400, as
JSON that names the parameter.

Parameters are the options of a page (all but those of a fetcher as a whole), by
their names in JavaScript or with underscores: stall_timeout=5000&robots=false.
Durations are milliseconds. The options above hold for calls that say nothing
else. Also:
  format=text         html, text, markdown, article, links, metadata, json
  screenshot=true     a PNG of the window; full: of the page; else a selector
  header[Name]=value  a header to send; or X-Heddle-Header-Name: value
  steps=[…]           JSON, as above

The same can be sent as JSON: POST / with {"url": "https://example.com/", …}.
POST /?url=… is sent on to the page, with its body. GET /stats says in numbers
what is going on.

With --key, or HEDDLE_KEY in the environment, clients have to know the key:
Authorization: Bearer KEY, or the parameter api_key. Addresses of this machine
and its network are refused, unless --allow names them.

The first Ctrl-C, or SIGTERM, lets those who are there be served (--grace), a
second one ends it at once.

Exit code: 0 stopped, 2 the call is wrong or the address cannot be had, 130 and
143 after a second Ctrl-C or SIGTERM.
`;

/** The command line of `heddle serve`. `finish` is told the exit code. */
export function serveCommand(finish: (exitCode: number) => void): Command {
  const command = new Command("serve")
    .description("Answer HTTP calls with the HTML of the pages that they name")
    .optionsGroup("Where to serve:")
    .option("--host <address>", "the address to listen at", "127.0.0.1")
    .option(
      "--port <n>",
      "the port to listen at, 0 for any",
      (text) => parseCount("--port", text, { least: 0, most: 65_535 }),
      8787,
    )
    .option("--key <key>", "the key that clients have to know (or HEDDLE_KEY in the environment)")
    .addOption(countOption("--max-pages <n>", "pages under way at a time", 1))
    .addOption(countOption("--max-waiting <n>", "clients that wait for their turn; others get a 503", 0))
    .option(
      "--max-request <size>",
      `the largest body of a request (default: ${writeSize(SERVICE_DEFAULTS.maxRequestBytes)})`,
      (text) => parseSize("--max-request", text),
    )
    .option(
      "--grace <duration>",
      "how long clients may take that are there when it is stopped (default: 10s)",
      (text) => parseDuration("--grace", text),
    )
    .option("-q, --quiet", "no line for each page on stderr");
  const readOptions = addOptionFlags(command, { guard: true });
  return command
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (flags: ServeFlags) => {
      finish(await serveUntilStopped(flags, readOptions({ ...flags })));
    });
}

interface ServeFlags {
  host: string;
  port: number;
  key?: string;
  maxPages?: number;
  maxWaiting?: number;
  maxRequest?: number;
  grace?: number;
  quiet?: boolean;
}

function countOption(flags: string, help: string, least: number): Option {
  const [name = ""] = flags.split(" ");
  const standard = name === "--max-pages" ? SERVICE_DEFAULTS.maxPages : SERVICE_DEFAULTS.maxWaiting;
  return new Option(flags, `${help} (default: ${standard})`).argParser((text) =>
    parseCount(name, text, { least, most: 1_000_000 }),
  );
}

/** Returns the exit code. */
async function serveUntilStopped(
  flags: ServeFlags,
  fetching: ReturnType<ReturnType<typeof addOptionFlags>>,
): Promise<number> {
  const { host, port, quiet = false, maxPages, maxWaiting, maxRequest: maxRequestBytes, grace } = flags;
  const { key = process.env["HEDDLE_KEY"] } = flags;
  const limits = Object.entries({ maxPages, maxWaiting, maxRequestBytes, grace });
  if (key === "") throw new UsageError('Cannot serve as a key must not be empty: received ""');
  if (key === undefined && !isLoopback(host)) {
    throw new UsageError(`Cannot serve to others than this machine without --key: received --host ${host}`);
  }
  const stop = new Event();
  const say = (line: string): void => void (quiet || process.stderr.write(`${line}\n`));
  using signals = fromEvents(process, ["SIGINT", "SIGTERM"]);
  let impatient: NodeJS.Signals | undefined;
  await race([
    () =>
      serveAt({
        ...Object.fromEntries(limits.filter(([, value]) => value !== undefined)),
        host,
        port,
        key,
        fetching,
        stop,
        onListening: (url) => process.stderr.write(`Serving pages at ${url}/?url=… (Ctrl-C to stop)\n`),
        onPage: ({ verdict, status, ms, url }) => say(`${verdict} ${status ?? "-"} ${ms} ms ${redact(url)}`),
      }),
    async () => {
      let times = 0;
      for await (const [signal] of signals) {
        // Whoever is impatient means it: leaving cancels the rest.
        if (++times === 2) {
          impatient = signal;
          return;
        }
        stop.set();
      }
    },
  ]);
  return impatient === undefined ? 0 : 128 + constants.signals[impatient];
}

/** @throws CannotServeError where the address cannot be had; what `serve()` throws */
async function serveAt(options: ServeOptions): Promise<void> {
  try {
    await serve(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    const at = `${options.host}:${options.port}`;
    throw new CannotServeError(`Cannot serve as ${systemReason(error)}: received ${at}`, { cause: error });
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
