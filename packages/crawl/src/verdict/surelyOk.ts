import { charsetOf } from "../content/charset.js";
import { mediaType } from "../content/contentType.js";
import type { ResponseHeaders } from "../ground/transport.js";
import { listHeaderOf } from "../ground/transport.js";
import { glanceAt } from "./glance.js";
import { PageView } from "./pageView.js";
import { NOT_FOUND, NOT_FOUND_URL, SIGN_IN_URL, says } from "./phrases.js";
import { findWall } from "./wall.js";
import { WALL_SIGNS } from "./wallSigns.js";

/** An answer, undecoded. */
export interface PageToGlance {
  readonly url: string;
  readonly finalUrl: string;
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Uint8Array;
}

/** What tells of a wall wherever it is in a page. */
const ANYWHERE: readonly (string | undefined)[] = WALL_SIGNS.filter(
  (sign) => sign.when === "always" && !["header", "url", "cookie"].includes(sign.in),
).map(({ literal }) => literal);

function hasLiteral(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return ANYWHERE.some((literal) => literal === undefined || bytes.includes(literal, 0, "latin1"));
}

/**
 * Whether `judgePage()` is sure to say "ok", told for a tenth of what that takes: the usual page is HTML with a status of 2xx
 * that has a title, a heading and a few hundred words. False says nothing.
 */
export function isSurelyOk(page: PageToGlance): boolean {
  const { url, finalUrl, status, headers, body } = page;
  const type = listHeaderOf(headers, "content-type");
  if (status < 200 || status >= 300 || type === undefined || mediaType(type) !== "text/html") return false;
  // A page that is not the one that was asked for is looked at more closely where its address says something.
  if (finalUrl !== url && (SIGN_IN_URL.test(finalUrl) || NOT_FOUND_URL.test(finalUrl))) return false;
  const { charset } = charsetOf(body, type);
  // In these what looks like ASCII is ASCII.
  if (charset !== "utf-8" && charset !== "windows-1252") return false;
  const names = glanceAt(body, charset);
  if (names === undefined || says(names.title, NOT_FOUND) || says(names.heading, NOT_FOUND)) return false;
  // With this much text it is no page of a wall, unless the wall says so in the headers, by its address, or by such a literal.
  return !hasLiteral(body) && findWall(PageView.ofWords({ url, finalUrl, status, headers })) === undefined;
}
