import type { CommanderError } from "commander";

/** What commander found wrong with a command line, in our own grammar; undefined when it only showed the help or the version. */
export function usageMessage(error: CommanderError): string | undefined {
  if (error.exitCode === 0) return undefined;
  const [message = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
  return [explain(error.code, message), ...hints.filter((hint) => hint !== "")].join("\n");
}

function explain(code: string, message: string): string {
  const received = /'([^']*)'/.exec(message)?.[1] ?? "";
  switch (code) {
    case "commander.unknownOption":
      return `Cannot run as there is no such option: received ${JSON.stringify(received)}`;
    case "commander.unknownCommand":
      return /^https?:/i.test(received)
        ? `Cannot run as a command is needed before the URL: received ${JSON.stringify(received)}\n(Did you mean heddle fetch ${received}?)`
        : `Cannot run as there is no such command: received ${JSON.stringify(received)}`;
    case "commander.optionMissingArgument":
      return `Cannot run as an option lacks its value: received ${JSON.stringify(received)}`;
    case "commander.excessArguments":
      return `Cannot run ${received} as it takes fewer arguments: received ${/got (\d+)/.exec(message)?.[1] ?? "more"}`;
    default:
      return message;
  }
}
