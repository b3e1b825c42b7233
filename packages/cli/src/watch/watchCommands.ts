import { Argument, Command, Option } from "commander";
import { parseCount } from "../args/parseCount.js";
import { parseDuration } from "../args/parseDuration.js";
import { parsePid } from "../args/parsePid.js";
import type { WatchFlags } from "./watchFlags.js";

const DETAILS = `
Looks into a running Node program that uses Heddle, which needs no preparation:
Node starts its inspector at a signal, on the loopback address, and it is closed
again at the end. It takes the same user, or root.
`;

/** The command lines of `heddle ps`, `tree`, `top` and `doctor`. `finish` is told the exit code. */
export function watchCommands(finish: (exitCode: number) => void): Command[] {
  const make = (name: string, description: string): Command =>
    new Command(name)
      .description(description)
      .addArgument(new Argument("<pid>", "the number of the process").argParser(parsePid))
      .option("--json", "print the snapshot as JSON")
      .helpOption("-h, --help", "show this")
      .addHelpText("after", DETAILS);
  const lines = duration("--lines <time>", "first note for so long in which lines tasks wait (costs them some speed)");
  // Most calls of the command are for something else: they need not load this.
  const load = async (): Promise<typeof import("./runWatch.js")> => import("./runWatch.js");
  return [
    make("ps", "List the tasks of a running program, and what each waits for")
      .option("--all", "a line for each task, also where many are alike")
      .option("--deep", "look for lines and for permits in a large heap, too: it stops the program for that long")
      .option("--quick", "do not look for them at all, which stops the program for some milliseconds only")
      .addOption(lines)
      .action(async (pid: number, flags: WatchFlags) => finish(await (await load()).runPs(pid, flags))),
    make("tree", "Draw the tasks of a running program as a tree")
      .option("--awaits", "also who waits for what, and who has it")
      .option("--all", "a line for each task, also where many are alike")
      .option("--deep", "look for lines and for permits in a large heap, too: it stops the program for that long")
      .option("--quick", "do not look for them at all, which stops the program for some milliseconds only")
      .addOption(lines)
      .action(async (pid: number, flags: WatchFlags) => finish(await (await load()).runTree(pid, flags))),
    make("top", "Watch the tasks of a running program, live")
      .addOption(duration("--every <time>", "how often to look").default(1000, "1s"))
      .addOption(
        new Option("--count <n>", "end after so many looks").argParser((text) =>
          parseCount("--count", text, { least: 1, most: 1_000_000 }),
        ),
      )
      .action(async (pid: number, flags: WatchFlags) => finish(await (await load()).runTop(pid, flags))),
    make("doctor", "Watch a running program for a moment, and say what is wrong with it")
      .addOption(duration("--for <time>", "how long to watch").default(2000, "2s"))
      .action(async (pid: number, flags: WatchFlags) => finish(await (await load()).runDoctor(pid, flags))),
  ];
}

function duration(flags: string, help: string): Option {
  return new Option(flags, help).argParser((text) => parseDuration(flags.replace(/ .*/, ""), text));
}
