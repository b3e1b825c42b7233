import { Command, Option } from "commander";
import { parseDuration } from "../args/parseDuration.js";
import type { RunFlags } from "./runFlags.js";

const DETAILS = `
Options that are none of these go to the program, and so does all that follows
"--". It runs in a Node process of its own that takes any free port for its
inspector, so that heddle ps and the others can look at several at a time. The
exit code is the program's.
`;

/** The command line of `heddle run`. `finish` is told the exit code. */
export function runCommand(finish: (exitCode: number) => void): Command {
  return new Command("run")
    .description("Run a program and watch it")
    .argument("<file>", "the program")
    .argument("[args...]", "what it gets")
    .option("--trace <file>", "write what all tasks do, for heddle timeline and Perfetto")
    .option("--debug", "say what looks wrong, each thing once and with its line")
    .addOption(
      new Option("--blocked <time>", "say which line blocks the event loop for longer than that").argParser((text) =>
        parseDuration("--blocked", text),
      ),
    )
    .addOption(
      new Option("--import <module>", "what Node loads first, such as tsx; may be given again").argParser(
        (module: string, before: string[] = []) => [...before, module],
      ),
    )
    .allowUnknownOption()
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (file: string, args: string[], flags: RunFlags) => {
      const { runProgram } = await import("./runProgram.js");
      finish(await runProgram(file, args, flags));
    });
}
