import type { FetcherOptions, OptionField } from "@heddle/crawl";
import { OptionError, optionFields, optionOfText } from "@heddle/crawl";
import type { Command } from "commander";
import { Option } from "commander";
import { UsageError } from "../errors.js";
import { parseCount } from "./parseCount.js";
import { parseDuration, writeDuration } from "./parseDuration.js";
import { parseHeader, parseUserAgent } from "./parseHeader.js";
import { parseNumber } from "./parseNumber.js";
import { parseSize, writeSize } from "./parseSize.js";

/** Turns the values that commander has found into options of a fetcher. */
export type ReadOptions = (values: Readonly<Record<string, unknown>>) => FetcherOptions;

/**
 * Adds a flag for each option of the fetcher that can be given as text, under the headings that the options name. What is
 * said about them here is said by the fetcher's own schema, and so is what holds if they are left out, but for `standards`.
 */
export function addOptionFlags(command: Command, standards: FetcherOptions = {}): ReadOptions {
  const all = optionFields().map((field) => ({ ...field, ...standardOf(field.name, standards) }));
  // A picture has no place in a line of JSON.
  const fields = all.filter(({ kind, help }) => kind !== "value" && kind !== "picture" && help !== undefined);
  const groups = groupsOf(fields);
  const names = new Map<string, string>();
  for (const [heading, members] of groups) {
    command.optionsGroup(`${heading}:`);
    for (const field of members) {
      const option = optionOf(field);
      names.set(option.attributeName(), field.name);
      command.addOption(option);
    }
  }
  return (values) => {
    const given = [...names].filter(([attribute]) => values[attribute] !== undefined);
    return Object.fromEntries(given.map(([attribute, name]) => [name, values[attribute]]));
  };
}

function standardOf(name: string, standards: FetcherOptions): { standard?: unknown } {
  return Object.hasOwn(standards, name) ? { standard: standards[name as keyof FetcherOptions] } : {};
}

function groupsOf(fields: readonly OptionField[]): Map<string, OptionField[]> {
  const groups = new Map<string, OptionField[]>();
  for (const field of fields) {
    const heading = field.group ?? "More";
    groups.set(heading, [...(groups.get(heading) ?? []), field]);
  }
  return groups;
}

function optionOf(field: OptionField): Option {
  const {
    kind,
    name,
    help = "",
    standard,
    value = kind === "list" ? "value" : "text",
    flag = `--${hyphened(name)}`,
  } = field;
  const long = /--[a-z-]+/.exec(flag)?.[0] ?? flag;
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = field;
  // What holds if it is left out is said here and filled in by the fetcher: it knows what was said and what was not.
  const parsed = (value: string, parse: (text: string) => unknown, shown: unknown = standard): Option =>
    new Option(`${flag} ${value}`, shown === undefined ? help : `${help} (default: ${String(shown)})`).argParser(parse);
  switch (kind) {
    case "duration":
      return parsed(
        "<duration>",
        (text) => parseDuration(long, text),
        typeof standard === "number" ? writeDuration(standard) : undefined,
      );
    case "size":
      return parsed(
        "<size>",
        (text) => parseSize(long, text),
        typeof standard === "number" ? writeSize(standard) : undefined,
      );
    case "count":
      return parsed("<n>", (text) => parseCount(long, text, { least, most }));
    case "number":
      return parsed("<n>", (text) => parseNumber(long, text, { least }));
    case "flag":
      // What holds anyway can only be switched off.
      return standard === true ? new Option(`--no-${hyphened(name)}`, `do not ${help}`) : new Option(flag, help);
    case "choice":
      return parsed(`<${field.choices?.join("|") ?? "choice"}>`, (text) =>
        parseChoice(long, text, field.choices ?? []),
      );
    case "mode":
      return new Option(`${flag} [mode]`, help).argParser((text) => parseMode(long, text));
    case "wait":
      return parsed("<what>", (text) => (/^\d+$/.test(text) ? Number(text) : text));
    case "list":
      return new Option(`${flag} <${value}>`, `${help}; may be repeated`).argParser(
        (text: string, before?: string[]) => [...(before ?? []), text],
      );
    case "json":
      return parsed("<json>", (text) => parseText(long, field, text));
    case "viewport":
      return parsed("<size>", (text) => parseText(long, field, text));
    case "headers":
      return new Option(`${flag} <header>`, help).argParser(parseHeader);
    default:
      return parsed(`<${value}>`, name === "userAgent" ? parseUserAgent : (text) => text);
  }
}

function parseMode(option: string, text: string): boolean | "auto" {
  const mode = parseChoice(option, text, ["true", "false", "auto"]);
  return mode === "auto" ? "auto" : mode === "true";
}

/** As the library reads it, and in the words of the command line if it cannot. */
function parseText(option: string, field: OptionField, text: string): unknown {
  const doing = `set ${option}`;
  try {
    return optionOfText(doing, field, text);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new UsageError(error.message.replace(`as ${field.name} must`, "as it must"));
  }
}

function parseChoice(option: string, text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  throw new UsageError(
    `Cannot set ${option} as it must be one of ${choices.join(", ")}: received ${JSON.stringify(text)}`,
  );
}

function hyphened(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
