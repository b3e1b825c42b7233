import { validateHeaderName, validateHeaderValue } from "node:http";
import { UsageError } from "../errors.js";

/** Headers that are not the user's to set: they frame the message, and a wrong one makes the answer unreadable. */
const OURS = ["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"];

/**
 * Adds a header of the form `Name: value` to those that were given before. One that comes again replaces the first.
 *
 * @throws UsageError when it has no such form, holds characters that no header may hold, or is not the user's to set
 */
export function parseHeader(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(0, colon)).trim();
  const value = text.slice(colon + 1).trim();
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new UsageError(
      `Cannot set --header as it must look like "Accept-Language: de": received ${JSON.stringify(text)}`,
    );
  }
  if (OURS.includes(name.toLowerCase())) {
    throw new UsageError(
      `Cannot set --header as ${name} is for the connection to decide: received ${JSON.stringify(text)}`,
    );
  }
  return { ...before, [name.toLowerCase()]: value };
}

/** @throws UsageError when no header may hold it */
export function parseUserAgent(text: string): string {
  const name = text.trim();
  try {
    validateHeaderValue("user-agent", name);
    if (name !== "") return name;
  } catch {
    // Said below.
  }
  throw new UsageError(
    `Cannot set --user-agent as it must be letters that a header may hold: received ${JSON.stringify(text)}`,
  );
}
