import { redact } from "@heddle/crawl";
import { serve } from "@heddle/serve";
import { Command } from "commander";
import { Event, fromEvents, race } from "heddle";
import { addOptionFlags } from "../args/optionFlags.js";
import { parseCount } from "../args/parseCount.js";
import { UsageError } from "../errors.js";

const DETAILS = `
  curl 'http://127.0.0.1:8787/?url=https%3A%2F%2Fexample.com%2F&render=true'

answers with the HTML of the page. What became of it is in the headers:
X-Heddle-Verdict ("ok", "notFound", "blocked", "captcha" …), -Status,
-Final-Url, -Attempts, -Evidence. The status is 200 for a page, 404 for one that
there is not, 403 where we are not let in, 429, 413, and 502 or 504 for a site
that is down or late.

Parameters are the options of a page, as below, by their names in JavaScript or
with underscores: stall_timeout=5000&robots=false. Durations are milliseconds.
What is said here holds for pages that say nothing else.

With --key, or HEDDLE_KEY in the environment, clients have to know the key:
Authorization: Bearer KEY, or the parameter api_key. Addresses of this machine
and its network are refused, unless --allow names them.

The first Ctrl-C lets those who are there be served (10 s), a second one ends it
at once.
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
    .option("-q, --quiet", "no line for each page on stderr");
  const readOptions = addOptionFlags(command, { guard: true });
  return command
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (flags: ServeFlags) => {
      await serveUntilStopped(flags, readOptions({ ...flags }));
      finish(0);
    });
}

interface ServeFlags {
  host: string;
  port: number;
  key?: string;
  quiet?: boolean;
}

async function serveUntilStopped(
  flags: ServeFlags,
  fetching: ReturnType<ReturnType<typeof addOptionFlags>>,
): Promise<void> {
  const { host, port, quiet = false, key = process.env["HEDDLE_KEY"] } = flags;
  if (key === "") throw new UsageError('Cannot serve as a key must not be empty: received ""');
  if (key === undefined && !isLoopback(host)) {
    throw new UsageError(`Cannot serve to others than this machine without --key: received --host ${host}`);
  }
  const stop = new Event();
  const say = (line: string): void => void (quiet || process.stderr.write(`${line}\n`));
  using signals = fromEvents(process, ["SIGINT", "SIGTERM"]);
  await race([
    () =>
      serve({
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
      for await (const _ of signals) {
        // Whoever is impatient means it: leaving cancels the rest.
        if (++times === 2) return;
        stop.set();
      }
    },
  ]);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
