import { Command, Option } from "commander";
import { parseCount } from "../args/parseCount.js";
import type { DemoCall } from "./runDemo.js";

const DETAILS = `
Starts ten web sites on free ports of this machine and fetches their pages: the
first ones one at a time, then all of them, many at once. Nothing leaves the
machine. Ends with a picture of the two runs, as SVG and as an HTML page, and
takes about 15 seconds. The same seed gives the same sites.
`;

/** The command line of `heddle demo`. `finish` is told the exit code. */
export function demoCommand(finish: (exitCode: number) => void): Command {
  const count = (flags: string, help: string, range: { least: number; most: number; standard: number }): Option => {
    const name = flags.replace(/^-\w, | <.*/g, "");
    return new Option(flags, help).argParser((text) => parseCount(name, text, range)).default(range.standard);
  };
  return new Command("demo")
    .description("Fetch local sites one page at a time and many at once, and draw the two")
    .option("--out <folder>", "where the picture goes", "demo-out")
    .addOption(count("--pages <n>", "pages of all sites", { least: 20, most: 5000, standard: 500 }))
    .addOption(count("-c, --concurrency <n>", "requests at a time", { least: 2, most: 1000, standard: 64 }))
    .addOption(count("--seed <n>", "what the sites are made from", { least: 0, most: 2 ** 32 - 1, standard: 1 }))
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (flags: DemoCall) => {
      // Most calls of the command are for something else: they need not load this.
      const { runDemo } = await import("./runDemo.js");
      finish(await runDemo(flags));
    });
}
