import type { Page } from "@heddle/crawl";
import { RequestRefusedError } from "./errors.js";

/**
 * In which form a page is wanted:
 *
 * - "html": its own body, text as UTF-8, everything else as it is; the default
 * - "text", "markdown": the text that a reader sees, and the same with its structure
 * - "article": the article without what is around it, as JSON; `null` if there is none
 * - "links", "metadata": where it leads, and what it says about itself, as JSON
 * - "screenshot": the picture, as PNG; the default where a screenshot is asked for
 * - "json": all that is known of it, as JSON
 */
export type Format = "html" | "text" | "markdown" | "article" | "links" | "metadata" | "screenshot" | "json";

export const FORMATS: readonly Format[] = [
  "html",
  "text",
  "markdown",
  "article",
  "links",
  "metadata",
  "screenshot",
  "json",
];

export interface Formatted {
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/**
 * The page in the form that is wanted; undefined where there is nothing that could be in it, as the page was not had.
 *
 * If cancelled: throws `CancelledError`; threads that were at it are ended.
 *
 * @throws RequestRefusedError for a page that cannot be had in this form; ThreadError
 */
export async function formatted(page: Page, format: Format): Promise<Formatted | undefined> {
  if (format === "json") return json(await everything(page));
  if (format === "screenshot") return picture(page);
  if (!page.hasBody) return undefined;
  if (format === "html") return ownBody(page);
  if (page.charset === null) {
    const message = `Cannot give the page as ${format} as it is no text: received ${page.contentType ?? "bytes"}`;
    throw new RequestRefusedError(422, "NO_TEXT", message, { parameter: "format" });
  }
  switch (format) {
    case "text":
      return { type: "text/plain; charset=utf-8", body: page.text };
    case "markdown":
      return { type: "text/markdown; charset=utf-8", body: await page.markdown() };
    case "article":
      return json(await page.article());
    case "links":
      return json(page.links());
    case "metadata":
      return json(page.metadata());
  }
}

function json(value: unknown): Formatted {
  return { type: "application/json", body: `${JSON.stringify(value)}\n` };
}

function ownBody(page: Page): Formatted {
  const { contentType, charset } = page;
  if (charset === null) return { type: contentType ?? "application/octet-stream", body: new Uint8Array(page.bytes) };
  return { type: textType(contentType), body: page.html };
}

/** The type of a text that was decoded, and is UTF-8 now. */
function textType(contentType: string | undefined): string {
  const type = contentType?.split(";", 1)[0]?.trim();
  return `${type === undefined || type === "" ? "text/html" : type}; charset=utf-8`;
}

function picture(page: Page): Formatted | undefined {
  const screenshot = page.rendered?.screenshot;
  if (screenshot !== undefined) return { type: "image/png", body: new Uint8Array(screenshot) };
  if (page.verdict !== "ok" && !page.hasBody) return undefined;
  const message = "Cannot give a picture of the page as none was taken: ask for it with screenshot=true";
  throw new RequestRefusedError(422, "NO_SCREENSHOT", message, { parameter: "format" });
}

/** What is known of a page, as plain data. */
async function everything(page: Page): Promise<object> {
  const { rendered, charset } = page;
  const isText = charset !== null;
  return {
    url: page.url,
    finalUrl: page.finalUrl,
    status: page.status,
    verdict: page.verdict,
    evidence: page.evidence,
    vendor: page.vendor ?? null,
    captcha: page.captcha ?? null,
    kind: page.kind ?? null,
    remedy: page.remedy,
    error: page.failure,
    headers: page.headers,
    contentType: page.contentType ?? null,
    charset: charset?.charset ?? null,
    size: page.size,
    ms: page.ms,
    cost: page.cost,
    cached: page.cached,
    retryAfter: page.retryAfter ?? null,
    attempts: page.attempts,
    metadata: isText ? page.metadata() : null,
    html: isText ? page.html : null,
    body: page.hasBody && !isText ? base64(page.bytes) : null,
    rendered:
      rendered === null
        ? null
        : {
            screenshot: rendered.screenshot === undefined ? null : base64(rendered.screenshot),
            evaluated: rendered.evaluated,
            consoleErrors: rendered.consoleErrors,
            requests: rendered.requests,
            bytes: rendered.bytes,
          },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
