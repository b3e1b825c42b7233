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
  /** What it means, if not "blocked": "names" only tells who stands there, "limited" that there were too many requests. */
  readonly as?: "captcha" | "limited" | "names";
  readonly why: string;
}

/** The strongest of each vendor first. */
export const SIGNS: readonly Sign[] = [
  // ── Cloudflare ──────────────────────────────────────────────────────────────────────────────────────
  {
    vendor: "Cloudflare",
    when: "always",
    in: "header",
    name: "cf-mitigated",
    has: "challenge",
    why: "Cloudflare marks its challenges so, for programs to know",
  },
  {
    vendor: "Cloudflare",
    when: "either",
    in: "text",
    has: /\byou are being rate limited\b|\berror 1015\b/,
    as: "limited",
    why: "Cloudflare's error 1015",
  },
  {
    vendor: "Cloudflare",
    when: "either",
    in: "html",
    has: "_cf_chl_opt",
    why: "the settings of Cloudflare's challenge; pages that were let through have its other scripts only",
  },
  {
    vendor: "Cloudflare",
    when: "either",
    in: "html",
    has: /\bcf[-_]captcha[-_](?:kind|container|bookmark)/,
    as: "captcha",
    why: "Cloudflare's older challenge with a CAPTCHA",
  },
  {
    vendor: "Cloudflare",
    when: "either",
    in: "html",
    has: /jschl[-_]vc|cf-browser-verification|cf-im-under-attack/,
    why: "Cloudflare's older challenge in JavaScript",
  },
  {
    vendor: "Cloudflare",
    when: "either",
    in: "title",
    has: /^attention required! \| cloudflare$/,
    why: "the title of Cloudflare's page for those who are blocked",
  },
  {
    vendor: "Cloudflare",
    when: "refused",
    in: "html",
    has: /id=["']?cf-error-details|cf\.errors\.css/,
    why: "Cloudflare's own error page, as for a rule of its firewall (error 1020)",
  },
  {
    vendor: "Cloudflare",
    when: "refused",
    in: "title",
    has: /^just a moment\.\.\.$/,
    why: "the title of Cloudflare's challenge",
  },

  // ── Akamai ──────────────────────────────────────────────────────────────────────────────────────────
  {
    vendor: "Akamai",
    when: "either",
    in: "html",
    has: /sec-if-cpt-container|\/_sec\/cp_challenge\/|sec_chlge_form/,
    why: "Akamai's challenge, which keeps a browser busy for some seconds",
  },
  {
    vendor: "Akamai",
    when: "bare",
    in: "html",
    has: /["'?&]bm-verify["'=]/,
    why: "Akamai's interstitial, which loads the page again with a token",
  },
  {
    vendor: "Akamai",
    when: "either",
    in: "html",
    has: "errors.edgesuite.net",
    why: "Akamai's page for those who are denied leads there",
  },
  {
    vendor: "Akamai",
    when: "refused",
    in: "text",
    has: /\breference #\d+\.[0-9a-f]+\.\d+/,
    why: "the reference number of Akamai's page for those who are denied",
  },
  {
    vendor: "Akamai",
    when: "refused",
    in: "header",
    name: "server",
    has: /^akamai(?:ghost|netstorage)/i,
    why: "an edge server of Akamai's has answered itself, not the site behind it",
  },

  // ── DataDome ────────────────────────────────────────────────────────────────────────────────────────
  {
    vendor: "DataDome",
    when: "either",
    in: "html",
    has: /captcha-delivery\.com[\s\S]*|["']rt["']\s*:\s*["']c["'][\s\S]*captcha-delivery/,
    as: "captcha",
    why: "DataDome's challenge is loaded from there",
  },
  {
    vendor: "DataDome",
    when: "refused",
    in: "header",
    name: "x-datadome",
    has: /./,
    why: "DataDome has answered in place of the site",
  },
  {
    vendor: "DataDome",
    when: "refused",
    in: "header",
    name: "x-dd-b",
    has: /./,
    why: "DataDome has answered in place of the site",
  },

  // ── PerimeterX, now HUMAN ───────────────────────────────────────────────────────────────────────────
  {
    vendor: "PerimeterX",
    when: "either",
    in: "html",
    has: /id=["']?px-captcha|captcha\.px-(?:cdn|cloud)\.net|\/captcha\/captcha\.js\?a=c/,
    as: "captcha",
    why: "the button of PerimeterX that is to be pressed and held",
  },
  {
    vendor: "PerimeterX",
    when: "either",
    in: "html",
    has: /"appId"\s*:\s*"PX\w+"[\s\S]{0,2000}"blockScript"|"blockScript"[\s\S]{0,2000}"appId"\s*:\s*"PX/,
    as: "captcha",
    why: "PerimeterX's refusal, as data for a script",
  },
  {
    vendor: "PerimeterX",
    when: "refused",
    in: "html",
    has: /window\._pxAppId|px-block/,
    why: "PerimeterX's script in a page that refuses",
  },

  // ── Imperva, with Incapsula and Distil ──────────────────────────────────────────────────────────────
  {
    vendor: "Imperva",
    when: "either",
    in: "html",
    has: /<iframe[^>]+_Incapsula_Resource/i,
    why: "Incapsula's page for those who are blocked is a frame of this kind",
  },
  {
    vendor: "Imperva",
    when: "either",
    in: "text",
    has: /incapsula incident id/,
    why: "the number of Incapsula's page for those who are blocked",
  },
  {
    vendor: "Imperva",
    when: "empty",
    in: "html",
    has: "/_Incapsula_Resource?",
    why: "Incapsula's script and nothing else: it loads the page again for those who run it",
  },
  {
    vendor: "Imperva",
    when: "either",
    in: "title",
    has: /^pardon our interruption/,
    why: "the title of Imperva's page for robots",
  },

  // ── Kasada ──────────────────────────────────────────────────────────────────────────────────────────
  {
    vendor: "Kasada",
    when: "either",
    in: "html",
    has: /ips\.js\?(?:[^"']*&(?:amp;)?)?KP_UIDz=|KPSDK\.(?:now|start)\s*=/,
    why: "Kasada's script in a page that has nothing else",
  },
  {
    vendor: "Kasada",
    when: "refused",
    in: "header",
    name: "x-kpsdk-ct",
    has: /./,
    why: "Kasada has answered in place of the site",
  },

  // ── AWS ─────────────────────────────────────────────────────────────────────────────────────────────
  {
    vendor: "AWS WAF",
    when: "always",
    in: "header",
    name: "x-amzn-waf-action",
    has: "captcha",
    as: "captcha",
    why: "AWS WAF says what it has done",
  },
  {
    vendor: "AWS WAF",
    when: "always",
    in: "header",
    name: "x-amzn-waf-action",
    has: /./,
    why: "AWS WAF says what it has done",
  },
  {
    vendor: "AWS WAF",
    when: "either",
    in: "html",
    has: /gokuProps|AwsWafIntegration\.(?:checkForceRefresh|getToken|saveReferrer)/,
    why: "the challenge of AWS WAF",
  },
  {
    vendor: "AWS WAF",
    when: "refused",
    in: "text",
    has: /generated by cloudfront \(cloudfront\)/,
    why: "CloudFront has refused by itself, as for a rule of its firewall or a country",
  },

  // ── F5, with Shape ──────────────────────────────────────────────────────────────────────────────────
  {
    vendor: "F5",
    when: "either",
    in: "text",
    has: /the requested url was rejected\. please consult with your administrator/,
    why: "F5's page for those who are rejected",
  },
  {
    vendor: "F5",
    when: "bare",
    in: "html",
    has: /\bbobcmn\b|\bTSPD_101\b/,
    why: "F5's challenge in JavaScript",
  },

  // ── Others ──────────────────────────────────────────────────────────────────────────────────────────
  {
    vendor: "Sucuri",
    when: "always",
    in: "header",
    name: "x-sucuri-block",
    has: /./,
    why: "Sucuri gives the number of the rule",
  },
  {
    vendor: "Sucuri",
    when: "either",
    in: "html",
    has: /sucuri_cloudproxy_js|cdn\.sucuri\.net\/sucuri-firewall-block/,
    why: "the challenge, or the block page, of Sucuri",
  },
  {
    vendor: "Sucuri",
    when: "either",
    in: "title",
    has: /^sucuri website firewall/,
    why: "the title of Sucuri's block page",
  },
  {
    vendor: "DDoS-Guard",
    when: "either",
    in: "html",
    has: /check\.ddos-guard\.net|\/\.well-known\/ddos-guard\/(?:js-challenge|check|mark)/,
    why: "the challenge of DDoS-Guard",
  },
  {
    vendor: "DDoS-Guard",
    when: "either",
    in: "title",
    has: /^ddos-guard$/,
    why: "the title of DDoS-Guard's challenge",
  },
  {
    vendor: "Queue-it",
    when: "always",
    in: "url",
    has: /^https?:\/\/[\w.-]+\.queue-it\.net\//,
    why: "the waiting room of Queue-it, in place of the page",
  },
  {
    vendor: "Queue-it",
    when: "bare",
    in: "html",
    has: /\.queue-it\.net\/(?:\?c=|softblock|afterevent)/,
    why: "it leads to the waiting room of Queue-it",
  },
  {
    vendor: "Google",
    when: "always",
    in: "url",
    has: /^https?:\/\/(?:[\w-]+\.)?google\.[a-z.]+\/sorry\//,
    as: "captcha",
    why: "where Google sends those whom it takes for robots",
  },
  {
    vendor: "Vercel",
    when: "always",
    in: "header",
    name: "x-vercel-mitigated",
    has: /./,
    why: "Vercel's firewall says what it has done",
  },
  {
    vendor: "Anubis",
    when: "either",
    in: "html",
    has: /id=["']?anubis_challenge/,
    why: "the challenge of Anubis, which keeps a browser busy",
  },
  {
    vendor: "Radware",
    when: "always",
    in: "url",
    has: /^https?:\/\/validate\.perfdrive\.com\//,
    as: "captcha",
    why: "where Radware sends those whom it takes for robots",
  },
  {
    vendor: "Alibaba",
    when: "either",
    in: "html",
    has: /_____tmd_____\/punish|x5secdata=/,
    as: "captcha",
    why: "the slider of Alibaba",
  },
  {
    vendor: "Wordfence",
    when: "refused",
    in: "text",
    has: /generated by wordfence|blocked by wordfence/,
    why: "Wordfence's block page",
  },

  // ── Who stands there, but has not said so ───────────────────────────────────────────────────────────
  {
    vendor: "Akamai",
    when: "refused",
    in: "cookie",
    has: "_abck",
    as: "names",
    why: "Akamai's cookie for telling robots",
  },
  { vendor: "DataDome", when: "refused", in: "cookie", has: "datadome", as: "names", why: "DataDome's cookie" },
  { vendor: "PerimeterX", when: "refused", in: "cookie", has: "_px", as: "names", why: "PerimeterX's cookie" },
  { vendor: "Imperva", when: "refused", in: "cookie", has: "incap_ses_", as: "names", why: "Incapsula's cookie" },
  {
    vendor: "Imperva",
    when: "refused",
    in: "cookie",
    has: "reese84",
    as: "names",
    why: "Imperva's cookie for telling robots",
  },
  {
    vendor: "Imperva",
    when: "refused",
    in: "header",
    name: "x-iinfo",
    has: /./,
    as: "names",
    why: "Incapsula is in between",
  },
  { vendor: "F5", when: "refused", in: "cookie", has: "TSPD_101", as: "names", why: "F5's cookie for telling robots" },
  {
    vendor: "Sucuri",
    when: "refused",
    in: "header",
    name: "x-sucuri-id",
    has: /./,
    as: "names",
    why: "Sucuri is in between",
  },
  {
    vendor: "DDoS-Guard",
    when: "refused",
    in: "header",
    name: "server",
    has: /^ddos-guard$/i,
    as: "names",
    why: "DDoS-Guard is in between",
  },
  { vendor: "AWS WAF", when: "refused", in: "cookie", has: "aws-waf-token", as: "names", why: "AWS WAF's cookie" },
];
