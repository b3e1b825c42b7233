import { Command, Option } from "commander";
import { parseCount } from "../args/parseCount.js";

export interface CompareFlags {
  times?: number;
  threads?: number;
  output?: string;
  json?: boolean;
}

const DETAILS = `
The module exports functions without parameters: each is a job. It may export
setup() and teardown() besides, which are called before and after the jobs, and
setup() in each thread. Every job runs once before the clock does.
`;

/** The command line of `heddle compare`. `finish` is told the exit code. */
export function compareCommand(finish: (exitCode: number) => void): Command {
  const count = (flags: string, help: string, most: number): Option =>
    new Option(flags, help).argParser((text) => parseCount(flags.replace(/ .*/, ""), text, { least: 1, most }));
  return new Command("compare")
    .description("Should this be async? Run jobs one after the other, concurrently and on threads")
    .argument("<file>", "the module with the jobs")
    .addOption(count("--times <n>", "how often each job is run", 10_000))
    .addOption(count("--threads <n>", "how many worker threads", 256))
    .option("-o, --output <file>", "a picture of the three runs, as SVG")
    .option("--json", "print what was measured as JSON")
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (file: string, flags: CompareFlags) => {
      const { runCompare } = await import("./runCompare.js");
      finish(await runCompare(file, flags));
    });
}
