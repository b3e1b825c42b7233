import { createHash } from "node:crypto";
import type { ResponseHeaders } from "../ground/transport.js";

/** Fields that belong to a connection (RFC 9110, section 7.6.1), and those that are for one reader only. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "set-cookie",
  "set-cookie2",
]);

/** What a 304 says of the body that it does not have, which stays as it is (RFC 9111, section 3.2). */
const OF_THE_BODY: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
]);

/** The fields of an answer that may be stored. */
export function keptHeaders(headers: ResponseHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  const named =
    joined(headers["connection"])
      ?.toLowerCase()
      .split(",")
      .map((name) => name.trim()) ?? [];
  for (const [name, value] of Object.entries(headers)) {
    const text = joined(value);
    if (text !== undefined && !NOT_KEPT.has(name) && !named.includes(name)) kept[name] = text;
  }
  return kept;
}

/** The stored fields of an answer after a 304 has confirmed it. */
export function refreshedHeaders(
  stored: Readonly<Record<string, string>>,
  news: ResponseHeaders,
): Record<string, string> {
  const headers = { ...stored };
  // The age was that of the old answer.
  delete headers["age"];
  for (const [name, value] of Object.entries(keptHeaders(news))) if (!OF_THE_BODY.has(name)) headers[name] = value;
  return headers;
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}

/**
 * The request fields that an answer depends on, by its `Vary`, each with a digest of its value: values may be secrets, and
 * are only compared. Undefined for `*`, which no other request matches.
 */
export type Selection = Readonly<Record<string, string | null>>;

export function selectionOf(
  vary: string | undefined,
  requestHeaders: Readonly<Record<string, string>>,
): Selection | undefined {
  const names = (vary ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  if (names.includes("*")) return undefined;
  const selection: Record<string, string | null> = {};
  for (const name of names.filter((each) => each !== "").toSorted()) selection[name] = digestOf(requestHeaders[name]);
  return selection;
}

export function selects(selection: Selection, requestHeaders: Readonly<Record<string, string>>): boolean {
  return Object.entries(selection).every(([name, digest]) => digest === digestOf(requestHeaders[name]));
}

function digestOf(value: string | undefined): string | null {
  return value === undefined
    ? null
    : keyOf(value.trim().replace(/\s*,\s*|\s+/g, (gap) => (gap.includes(",") ? "," : " ")));
}

/** 16 bytes that stand for a text, in hexadecimal. */
export function keyOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
