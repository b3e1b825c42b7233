/** The entry of the `heddle` command. */

import { MissingChromiumError, MissingPartError, SaveError, StoreError } from "@heddle/crawl";
import { CommanderError } from "commander";
import { HeddleError, InvalidArgumentError, isCancelled, run } from "heddle";
import { UsageError } from "./errors.js";
import { makeProgram } from "./program.js";
import { usageMessage } from "./usageMessage.js";

/** The call is wrong, or something but a page failed. */
const WRONG = 2;

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  // Who does not want to hear about progress any more (`2>&1 | head`) does not end the work.
  process.stderr.on("error", () => {});
  try {
    await run(async () => {
      const program = makeProgram((exitCode) => {
        process.exitCode = exitCode;
      });
      await program.parseAsync(args, { from: "user" });
    }, runOptions(args));
  } catch (error) {
    // The run has set the exit code. Nothing is waited for that the reader of our output did not take in time.
    if (isCancelled(error)) process.exit();
    process.exitCode = explain(error, args[0]);
  }
}

/** A service is stopped in two steps, and listens for the signals itself. */
function runOptions([command]: readonly string[]): { handleSignals?: boolean } {
  return command === "serve" ? { handleSignals: false } : {};
}

/** Says what went wrong, and returns the exit code. */
function explain(error: unknown, command: string | undefined): number {
  const known = makeProgram(() => {}).commands.some((each) => each.name() === command);
  const help = `Try heddle${known ? ` ${command}` : ""} --help`;
  if (error instanceof CommanderError) {
    const message = usageMessage(error);
    if (message === undefined) return 0;
    // Without a command commander has shown the help already.
    if (error.code !== "commander.help") complain(`${message}\n${help}`);
  } else if (error instanceof UsageError) {
    complain(`${error.message}\n${help}`);
  } else if (error instanceof InvalidArgumentError) {
    complain(`${error.message}\n${help}`);
  } else if (error instanceof HeddleError || isKnown(error)) {
    complain(error.message);
  } else {
    console.error("heddle: this should not have happened:", error);
  }
  return WRONG;
}

/** What the fetcher throws as it is nobody's fault: its message is enough. */
function isKnown(error: unknown): error is Error {
  return (
    error instanceof MissingPartError ||
    error instanceof MissingChromiumError ||
    error instanceof StoreError ||
    error instanceof SaveError
  );
}

function complain(message: string): void {
  process.stderr.write(`heddle: ${message}\n`);
}
