import type { Page } from "@heddle/crawl";
import { redact } from "@heddle/crawl";

/** The status of our own answer: a client that looks at nothing else must not take a wall for the page. */
const STATUS: Readonly<Partial<Record<Page["verdict"], number>>> = {
  notFound: 404,
  softNotFound: 404,
  rateLimited: 429,
  blocked: 403,
  captcha: 403,
  login: 403,
  robotsDenied: 403,
  tooLarge: 413,
  dead: 502,
};

const LATE: ReadonlySet<string | undefined> = new Set(["timeout", "stalled"]);

/** The answer of the service: the page's own body, and what became of it in the headers. */
export function pageAnswer(page: Page): Response {
  const { verdict, charset, contentType, hasBody } = page;
  const headers = new Headers({
    "x-heddle-verdict": verdict,
    "x-heddle-attempts": String(page.attempts.length),
    "x-heddle-cost": String(page.cost),
    "x-heddle-final-url": sendable(page.finalUrl),
    // It is somebody else's page at our address: its scripts are not to be ours.
    "content-security-policy": "sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  if (page.status !== null) headers.set("x-heddle-status", String(page.status));
  if (page.evidence.length > 0) headers.set("x-heddle-evidence", sendable(redact(page.evidence.join("; "))));
  const last = page.attempts.at(-1);
  if (last !== undefined) headers.set("x-heddle-transport", last.transport);
  if (page.cached !== null) headers.set("x-heddle-cache", page.cached);
  if (page.retryAfter !== undefined) headers.set("retry-after", String(Math.ceil(page.retryAfter / 1000)));

  const status = verdict === "dead" && LATE.has(page.failure?.outcome) ? 504 : (STATUS[verdict] ?? 200);
  if (!hasBody) {
    headers.set("content-type", "application/json");
    const { code = "NO_PAGE", message = `The verdict is ${verdict}` } = page.failure ?? {};
    return new Response(`${JSON.stringify({ error: { code, message: redact(message), verdict } })}\n`, {
      status,
      headers,
    });
  }
  headers.set("content-type", charset === null ? (contentType ?? "application/octet-stream") : textType(contentType));
  return new Response(charset === null ? new Uint8Array(page.bytes) : page.html, { status, headers });
}

/** The type of a text that was decoded, and is UTF-8 now. */
function textType(contentType: string | undefined): string {
  const type = contentType?.split(";", 1)[0]?.trim();
  return `${type === undefined || type === "" ? "text/html" : type}; charset=utf-8`;
}

/** What a header may hold. */
function sendable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => escaped(char));
}

function escaped(char: string): string {
  try {
    return encodeURIComponent(char);
  } catch {
    return "?";
  }
}
