/** What stands between us and a page, for whoever can solve it. */
export interface Challenge {
  /** Whose CAPTCHA it is: "recaptcha", "hcaptcha", "turnstile" and so on. */
  readonly kind: string;
  /** The site's key, as solving services want it; undefined if it was not found. */
  readonly siteKey: string | undefined;
  /** The page that shows it. */
  readonly url: string;
  /** The page as it came. */
  readonly html: string;
}

/**
 * Solves a CAPTCHA: gives the token that its widget would have put into the page. It is the user's own; none comes with
 * Heddle. What it throws is told in the page's evidence.
 */
export type Solve = (challenge: Challenge) => string | PromiseLike<string>;
