import type { Vendor } from "./verdict.js";

/**
 * When a sign counts. Nearly all that walls put into pages is also somewhere in pages that they let through, so most
 * signs are not looked for in a page that has something to say:
 *
 * - "always"   it is in no page that was let through
 * - "refused"  with a status of 400 or more
 * - "bare"     in a page without much text
 * - "either"   one of the two
 * - "empty"    in a page without any text
 */
export type SignCondition = "always" | "refused" | "bare" | "either" | "empty";

/** Where it is looked for: `html` is the source of the page's beginning, `text` what a reader sees, in lower case. */
export type SignPlace = "url" | "header" | "cookie" | "title" | "text" | "html";

export interface Sign {
  readonly vendor: Vendor;
  readonly when: SignCondition;
  readonly in: SignPlace;
  /** Of the header, in lower case. */
  readonly name?: string;
  /** What has to be there; for a cookie, how its name begins. */
  readonly has: string | RegExp;
  /** Of a sign that always counts and is in the source: what is in each of them, in ASCII. It is looked for in bytes. */
  readonly literal?: string;
  /** What it means, if not "blocked": "limited" is too many requests. */
  readonly as?: "captcha" | "limited";
  readonly why: string;
}
