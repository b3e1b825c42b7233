import type { PageOptions } from "@heddle/crawl";
import { optionOfText } from "@heddle/crawl";
import { RequestRefusedError } from "./errors.js";
import type { Format } from "./format.js";
import { DOING, Parameters, wrong } from "./parameters.js";
import { readRequestBody } from "./readRequestBody.js";

/** What one call of the service asks for. */
export interface PageCall {
  readonly url: string;
  readonly options: PageOptions;
  readonly format: Format;
  /** What an option is called in this call. */
  readonly nameOf: (option: string) => string;
}

/** Parameters that are not about the page. */
const NOT_ABOUT_PAGES: ReadonlySet<string> = new Set(["key", "api_key"]);

/** `header[Accept]=text/plain`, as ScrapingBee's and ScraperAPI's users are used to write objects in queries. */
const HEADER_PARAMETER = /^headers?\[([^\]]*)\]$/;

/** `X-Heddle-Header-Accept: text/plain`: a header of the request as one to send on. */
const HEADER_PREFIX = "x-heddle-header-";

/**
 * What a request asks for. Where the URL is a parameter of the query the options are, too, and what is sent as a body is sent
 * on; else the body is JSON, an object of the URL and the options.
 *
 * If cancelled: throws `CancelledError`.
 *
 * @throws RequestRefusedError for what makes no sense; OptionError for an option that cannot be read
 */
export async function pageCall(request: Request, maxRequestBytes: number): Promise<PageCall> {
  const query = new URL(request.url).searchParams;
  const parameters = new Parameters();
  readQuery(query, parameters);
  readHeaders(request.headers, parameters);
  if (request.method !== "GET" && request.method !== "HEAD") {
    const body = await readRequestBody(request, maxRequestBytes);
    if (parameters.url === undefined) readJson(request, body, parameters);
    else sendOn(request, body, parameters);
  }
  const { url, format } = parameters;
  if (url === undefined) {
    const message = "Cannot fetch a page as its URL is missing: received no parameter url (write ?url=https%3A%2F%2F…)";
    throw new RequestRefusedError(400, "URL_MISSING", message, { parameter: "url" });
  }
  return {
    url,
    options: parameters.options(),
    format: format ?? (parameters.has("screenshot") ? "screenshot" : "html"),
    nameOf: (option) => parameters.nameOf(option),
  };
}

function readQuery(query: URLSearchParams, parameters: Parameters): void {
  for (const [name, text] of query) {
    const header = HEADER_PARAMETER.exec(name)?.[1];
    if (header !== undefined) parameters.header(header, text, name);
    else if (name === "url") parameters.setUrl(text);
    else if (name === "format") parameters.setFormat(text);
    else if (!NOT_ABOUT_PAGES.has(name)) {
      const field = parameters.field(name);
      if (field.name === "body") throw wrong(name, "a body is sent as the body of a POST, not in the query", text);
      if (field.kind === "headers") readHeaderObject(optionOfText(DOING, field, text), name, parameters);
      else parameters.set(field, optionOfText(DOING, field, text));
    }
  }
}

function readHeaderObject(value: unknown, as: string, parameters: Parameters): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(as, `${as} must be an object of names and values, as JSON`, value);
  }
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") throw wrong(as, `the header ${JSON.stringify(name)} must be a string`, text);
    parameters.header(name, text, as);
  }
}

function readHeaders(headers: Headers, parameters: Parameters): void {
  for (const [name, value] of headers) {
    if (name.startsWith(HEADER_PREFIX)) parameters.header(name.slice(HEADER_PREFIX.length), value, name);
  }
}

/** The body of the request is the call. */
function readJson(request: Request, body: Uint8Array, parameters: Parameters): void {
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== undefined && type !== "application/json") {
    const message =
      "Cannot fetch a page as the body must be application/json where the URL is not in the query: " +
      `received ${JSON.stringify(type)} (curl -H 'Content-Type: application/json' says that it is)`;
    throw new RequestRefusedError(415, "NO_JSON", message);
  }
  const call = objectOf(body);
  for (const [name, value] of Object.entries(call)) {
    if (name === "url") parameters.setUrl(value);
    else if (name === "format") parameters.setFormat(value);
    else if (name !== "bodyEncoding") {
      const field = parameters.field(name);
      if (field.kind === "headers") readHeaderObject(value, name, parameters);
      else parameters.set(field, field.name === "body" ? bodyOf(value, call["bodyEncoding"]) : value);
    }
  }
}

function objectOf(body: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(body).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("", "the body of the request must be JSON", text);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong("", 'the body of the request must be an object such as {"url": "https://example.com/"}', value);
}

/** JSON has no bytes: they come as base64. */
function bodyOf(body: unknown, encoding: unknown): unknown {
  if (encoding === undefined) return body;
  if (encoding !== "base64") throw wrong("bodyEncoding", 'bodyEncoding must be "base64", or not be there', encoding);
  if (typeof body !== "string") throw wrong("body", "body must be a string", body);
  return new Uint8Array(Buffer.from(body, "base64"));
}

/** The request is sent on to the page: its method, its body, and the type of that. */
function sendOn(request: Request, body: Uint8Array, parameters: Parameters): void {
  if (!parameters.has("method")) parameters.set(parameters.field("method"), request.method);
  if (body.length === 0) return;
  parameters.set(parameters.field("body"), body);
  const type = request.headers.get("content-type");
  const headers = parameters.options()["headers"] as object | undefined;
  const has = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "content-type");
  if (type !== null && !has) parameters.header("content-type", type, "Content-Type");
}
