import type { Failure } from "../ground/outcome.js";
import { urlOf } from "../ground/urlOf.js";

/** How much of what was given a message quotes. */
const LONGEST = 200;

/** The URL of a page, or why it is none. Spaces around it are no part of it, as in browsers. */
export function parseUrl(text: string): URL | Failure {
  const url = urlOf(text);
  if (url === undefined) return badUrl("INVALID_URL", "it is no absolute URL", text);
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  return badUrl("UNSUPPORTED_SCHEME", "its scheme is not http or https", text);
}

function badUrl(code: string, why: string, text: string): Failure {
  const quoted = JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  const hint = isBare(text.trim()) ? ` (perhaps https://${text.trim()} was meant)` : "";
  return { outcome: "bad-url", code, message: `Cannot fetch a page as ${why}: received ${quoted}${hint}` };
}

/** The usual mistake: a host without a scheme. With a port, it even is a URL, whose scheme is the host. */
function isBare(text: string): boolean {
  return text.length <= LONGEST && /^(localhost|[a-z\d-]+(\.[a-z\d-]+)+)(:\d+)?(\/\S*)?$/i.test(text);
}
