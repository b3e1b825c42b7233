/** What a page turned out to be, whatever its status says. */
export const VERDICTS = {
  ok: "the page that was asked for, as far as can be told",
  notFound: "there is no such page, and the status says so",
  softNotFound: "there is no such page, although the status claims there is",
  emptyShell: "a page that a browser has to fill by running its scripts",
  rateLimited: "too many requests: the host wants to be left alone for a while",
  blocked: "the site, or a wall in front of it, does not let this client in",
  captcha: "the same, until somebody solves a puzzle",
  login: "the page is for those who have signed in",
  robotsDenied: "robots.txt does not want it to be fetched, so it was not",
  tooLarge: "the body is larger than is allowed",
  notHtml: "an answer, but no page: an image, a document, data",
  dead: "no usable answer: a network error, or an error of the server",
} as const;

export type Verdict = keyof typeof VERDICTS;

/** Who stands in front of the site. "generic" where nothing tells. */
export type Vendor =
  | "Akamai"
  | "Alibaba"
  | "Amazon"
  | "Anubis"
  | "AWS WAF"
  | "Cloudflare"
  | "DataDome"
  | "DDoS-Guard"
  | "F5"
  | "Google"
  | "Imperva"
  | "Kasada"
  | "PerimeterX"
  | "Queue-it"
  | "Radware"
  | "Sucuri"
  | "Vercel"
  | "Wordfence"
  | "Yandex"
  | "generic";

export type CaptchaKind =
  | "recaptcha-v2"
  | "recaptcha-v3"
  | "recaptcha-enterprise"
  | "hcaptcha"
  | "turnstile"
  | "geetest"
  | "funcaptcha"
  | "aws"
  | "datadome"
  | "press-and-hold"
  | "yandex"
  | "image";

export interface Captcha {
  readonly kind: CaptchaKind;
  /** What a solver needs to know; missing where the page does not show it. */
  readonly siteKey?: string;
}

/**
 * What may help:
 *
 * - "no"         nothing to be done: it is what it is
 * - "later"      the same request again, after a while
 * - "otherwise"  as somebody else: another identity, another proxy, a real browser
 * - "render"     in a browser that runs the scripts
 * - "solve"      somebody has to solve the CAPTCHA
 * - "signIn"     with cookies or credentials
 */
export type Remedy = "no" | "later" | "otherwise" | "render" | "solve" | "signIn";

export interface PageVerdict {
  readonly verdict: Verdict;
  /** What it was known by, in words, the strongest first. Never empty but for `ok`. */
  readonly evidence: readonly string[];
  readonly remedy: Remedy;
  /** For "blocked", "captcha", and where it is known for "rateLimited". */
  readonly vendor?: Vendor;
  readonly captcha?: Captcha;
  /** For "dead": an outcome such as "dns" or "reset", or "server-error", "client-error", "redirect". */
  readonly kind?: string;
}
