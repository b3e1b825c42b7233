import type { CommanderError } from "commander";

/** What commander found wrong with a command line, in our own grammar; undefined when it only showed the help or the version. */
export function usageMessage(error: CommanderError): string | undefined {
  if (error.exitCode === 0) return undefined;
  const [message = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? "";
  return [`${explain(error.code, quoted) ?? message}`, ...hints.filter((hint) => hint !== "")].join("\n");
}

function explain(code: string, quoted: string): string | undefined {
  switch (code) {
    case "commander.unknownOption":
      return `Cannot run as there is no such option: received ${JSON.stringify(quoted)}`;
    case "commander.unknownCommand":
      return /^https?:/i.test(quoted)
        ? `Cannot run as a command is needed before the URL: received ${JSON.stringify(quoted)}\n(Did you mean heddle fetch ${quoted}?)`
        : `Cannot run as there is no such command: received ${JSON.stringify(quoted)}`;
    case "commander.optionMissingArgument":
      return `Cannot run as an option lacks its value: received ${JSON.stringify(quoted)}`;
    default:
      return undefined;
  }
}
