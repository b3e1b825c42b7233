import { readFileSync } from "node:fs";
import { Command } from "commander";
import { compareCommand } from "./compare/compareCommand.js";
import { demoCommand } from "./demo/demoCommand.js";
import { fetchCommand } from "./fetch/fetchCommand.js";
import { runCommand } from "./run/runCommand.js";
import { serveCommand } from "./serve/serveCommand.js";
import { timelineCommand } from "./timeline/timelineCommand.js";
import { watchCommands } from "./watch/watchCommands.js";

/** The whole command line. It throws a `CommanderError` in place of ending the process. `finish` is told the exit code. */
export function makeProgram(finish: (exitCode: number) => void): Command {
  const program = new Command("heddle")
    .description("Fetches web pages, many at once or as a service, and looks into running programs")
    .version(version(), "-V, --version", "show the version")
    .helpOption("-h, --help", "show this")
    .enablePositionalOptions()
    .helpCommand("help [command]", "show the help of a command");
  for (const command of [
    fetchCommand(finish),
    serveCommand(finish),
    demoCommand(finish),
    runCommand(finish),
    timelineCommand(finish),
    compareCommand(finish),
    ...watchCommands(finish),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) {
    // What is wrong with a call is said by us, once, when the error gets to the top.
    command.exitOverride().configureOutput({ outputError: () => {} });
  }
  return program;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}
