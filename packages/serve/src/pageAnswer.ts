import type { Page } from "@heddle/crawl";
import { redact } from "@heddle/crawl";
import type { Format } from "./format.js";
import { formatted } from "./format.js";

/** The status of our own answer: a client that looks at nothing else must not take a wall for the page. */
const BY_VERDICT: Readonly<Partial<Record<Page["verdict"], number>>> = {
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

/** Where the verdict alone does not tell. */
const BY_OUTCOME: Readonly<Record<string, number>> = {
  "bad-url": 400,
  forbidden: 403,
  "not-cached": 504,
  timeout: 504,
  stalled: 504,
};

/** The answer of the service: the page in the form that is wanted, and what became of it in the headers. */
export async function pageAnswer(page: Page, format: Format): Promise<Response> {
  const headers = headersOf(page);
  const status = statusOf(page);
  const content = await formatted(page, format);
  if (content === undefined) {
    headers.set("content-type", "application/json");
    return new Response(`${JSON.stringify({ error: errorOf(page) })}\n`, { status, headers });
  }
  headers.set("content-type", content.type);
  return new Response(content.body, { status, headers });
}

function statusOf({ verdict, failure }: Page): number {
  const byOutcome = verdict === "dead" ? BY_OUTCOME[failure?.outcome ?? ""] : undefined;
  return byOutcome ?? BY_VERDICT[verdict] ?? 200;
}

function errorOf({ failure, verdict }: Page): object {
  const { outcome, code = "NO_PAGE", message = `The verdict is ${verdict}` } = failure ?? {};
  const about = outcome === "bad-url" || outcome === "forbidden" ? { parameter: "url" } : {};
  return { code, message: redact(message), verdict, ...about };
}

function headersOf(page: Page): Headers {
  const headers = new Headers({
    "x-heddle-verdict": page.verdict,
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
  return headers;
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
