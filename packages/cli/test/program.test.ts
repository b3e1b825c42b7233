import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { makeProgram } from "../src/program.js";
import { usageMessage } from "../src/usageMessage.js";

/** What a person is told who calls the command so. */
async function said(...args: string[]): Promise<string | undefined> {
  try {
    await makeProgram(() => {}).parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    return error instanceof CommanderError ? usageMessage(error) : (error as Error).message;
  }
}

test.each([
  [["fetch"], 'Cannot fetch as no URL was given: received neither a URL nor "-i FILE"'],
  [["fetch", "-i", "-", "-i", "-"], 'Cannot set --input as the standard input can be read once: received "-" twice'],
  [
    ["fetch", "--retires", "3"],
    'Cannot run as there is no such option: received "--retires"\n(Did you mean --retries?)',
  ],
  [["fetch", "-c"], 'Cannot run as an option lacks its value: received "-c, --concurrency <n>"'],
  [["fetch", "--retries", "-1"], 'Cannot set --retries as it must be a whole number from 0 to 100: received "-1"'],
  [["fetch", "--timeout", "0"], /^Cannot set --timeout as /],
  [["fetch", "--max-body", "big"], /^Cannot set --max-body as /],
  [["fetch", "--body", "page"], /^Cannot set --body as /],
  [["fetch", "-H", "x"], /^Cannot set --header as /],
  [["fecth"], 'Cannot run as there is no such command: received "fecth"\n(Did you mean fetch?)'],
  [["demo", "--pages", "1"], 'Cannot set --pages as it must be a whole number from 20 to 5000: received "1"'],
  [["demo", "extra"], "Cannot run demo as it takes fewer arguments: received 1"],
])("heddle %j is told what is wrong", async (args, message) => {
  if (typeof message === "string") expect(await said(...args)).toBe(message);
  else expect(await said(...args)).toMatch(message);
});

test("a URL without a command is told which one is meant", async () => {
  expect(await said("https://example.com")).toContain("(Did you mean heddle fetch https://example.com?)");
});

test("80 columns are enough for the help of every command", () => {
  for (const command of makeProgram(() => {}).commands) {
    let help = "";
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command.outputHelp();
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(help).toContain("Usage: heddle");
  }
});
