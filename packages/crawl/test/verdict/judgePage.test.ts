import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Failure, Outcome } from "../../src/ground/outcome.js";
import type { PageToJudge } from "../../src/verdict/judgePage.js";
import { judgePage } from "../../src/verdict/judgePage.js";
import { NAME_SIGNS } from "../../src/verdict/nameSigns.js";
import type { PageVerdict } from "../../src/verdict/verdict.js";
import { VERDICTS } from "../../src/verdict/verdict.js";
import { WALL_SIGNS } from "../../src/verdict/wallSigns.js";

const PAGES = new URL("./pages/", import.meta.url);
const saved = new Map(
  readdirSync(PAGES).map((file) => [file.replace(/\.html$/, ""), readFileSync(new URL(file, PAGES), "utf8")]),
);

const ASKED = "https://shop.example/p/1";
const HTML = { "content-type": "text/html; charset=utf-8" };
const CLOUDFLARE = { server: "cloudflare", "cf-ray": "8c1f00aa22bb33cc-AMS" };

function judge(name: string, page: Partial<PageToJudge> = {}): PageVerdict {
  const html = saved.get(name);
  if (html === undefined) throw new Error(`No page is saved as ${name}`);
  const headers = { ...HTML, ...page.headers };
  return judgePage({ url: ASKED, status: 200, html, ...page, headers });
}

type Expected = Omit<Partial<PageVerdict>, "evidence">;
type Row = readonly [name: string, page: Partial<PageToJudge>, expected: Expected];

const wall = (vendor: PageVerdict["vendor"], rest: Expected = {}): Expected => ({
  verdict: "blocked",
  vendor: vendor as "generic",
  remedy: "otherwise",
  ...rest,
});
const puzzle = (vendor: PageVerdict["vendor"], captcha?: PageVerdict["captcha"]): Expected => ({
  verdict: "captcha",
  vendor: vendor as "generic",
  remedy: "solve",
  ...(captcha === undefined ? {} : { captcha }),
});

const WALLS: readonly Row[] = [
  [
    "cloudflare-challenge",
    { status: 403, headers: { ...CLOUDFLARE, "cf-mitigated": "challenge" } },
    wall("Cloudflare"),
  ],
  ["cloudflare-challenge", { status: 403, headers: CLOUDFLARE }, wall("Cloudflare")],
  ["cloudflare-challenge", { status: 200 }, wall("Cloudflare")],
  ["cloudflare-blocked-1020", { status: 403, headers: CLOUDFLARE }, wall("Cloudflare")],
  [
    "cloudflare-1015",
    { status: 429, headers: CLOUDFLARE },
    { verdict: "rateLimited", vendor: "Cloudflare", remedy: "later" },
  ],
  ["cloudflare-old-js", { status: 503, headers: CLOUDFLARE }, wall("Cloudflare")],
  [
    "cloudflare-old-captcha",
    { status: 403 },
    puzzle("Cloudflare", { kind: "hcaptcha", siteKey: "33f96e6a-38cd-421b-bb68-7806e1764460" }),
  ],
  ["akamai-denied", { status: 403, headers: { server: "AkamaiGHost" } }, wall("Akamai")],
  ["akamai-denied", { status: 403 }, wall("Akamai")],
  ["akamai-crypto", { status: 428 }, wall("Akamai")],
  ["akamai-crypto", {}, wall("Akamai")],
  ["akamai-bm-verify", {}, wall("Akamai")],
  [
    "datadome-captcha",
    { status: 403, headers: { "x-datadome": "protected" } },
    puzzle("DataDome", { kind: "datadome" }),
  ],
  ["datadome-interstitial", { status: 403 }, wall("DataDome")],
  ["datadome-banned", { status: 403 }, wall("DataDome")],
  ["perimeterx-hold", { status: 403 }, puzzle("PerimeterX", { kind: "press-and-hold", siteKey: "PXu6b0qd2S" })],
  ["perimeterx-hold", {}, puzzle("PerimeterX", { kind: "press-and-hold", siteKey: "PXu6b0qd2S" })],
  [
    "perimeterx-json",
    { status: 403, headers: { "content-type": "application/json" } },
    puzzle("PerimeterX", { kind: "press-and-hold", siteKey: "PXu6b0qd2S" }),
  ],
  ["incapsula-iframe", { headers: { "x-iinfo": "5-1-0" } }, wall("Imperva")],
  ["incapsula-iframe", { status: 403 }, wall("Imperva")],
  ["incapsula-script", {}, wall("Imperva")],
  ["imperva-interruption", {}, wall("Imperva")],
  ["kasada", { status: 429, headers: { "x-kpsdk-ct": "0a1b" } }, wall("Kasada")],
  ["kasada", {}, wall("Kasada")],
  ["aws-challenge", { status: 202, headers: { "x-amzn-waf-action": "challenge" } }, wall("AWS WAF")],
  ["aws-challenge", { status: 202 }, wall("AWS WAF")],
  [
    "aws-captcha",
    { status: 405, headers: { "x-amzn-waf-action": "captcha" } },
    puzzle("AWS WAF", { kind: "aws", siteKey: "AQIDAHjcYu/GjX+QlghicBgQ" }),
  ],
  ["cloudfront-403", { status: 403 }, wall("AWS WAF")],
  ["f5-rejected", {}, wall("F5")],
  ["f5-tspd", {}, wall("F5")],
  ["sucuri-block", { status: 403, headers: { "x-sucuri-id": "11005", "x-sucuri-block": "EXPVP16" } }, wall("Sucuri")],
  ["sucuri-block", { status: 403 }, wall("Sucuri")],
  ["sucuri-js", {}, wall("Sucuri")],
  ["ddos-guard", { status: 403, headers: { server: "ddos-guard" } }, wall("DDoS-Guard")],
  ["queue-it", { finalUrl: "https://shop.queue-it.net/?c=shop&e=sale" }, wall("Queue-it", { remedy: "later" })],
  [
    "google-sorry",
    { status: 429, finalUrl: "https://www.google.com/sorry/index?continue=x" },
    puzzle("Google", { kind: "recaptcha-enterprise", siteKey: "6LdLLIMbAAAAAIl-KLj9p1ePhM-4LCCDbjtJLqRO" }),
  ],
  ["queue-it-leads", {}, wall("Queue-it", { remedy: "later" })],
  ["anubis", {}, wall("Anubis")],
  ["anubis-long", {}, wall("Anubis")],
  ["hello", { finalUrl: "https://validate.perfdrive.com/a?ssa=b" }, { verdict: "captcha", vendor: "Radware" }],
  ["wordfence", { status: 403 }, wall("Wordfence")],
  ["alibaba-punish", {}, { verdict: "captcha", vendor: "Alibaba" }],
  ["hello", { status: 403, headers: { "x-vercel-mitigated": "deny" } }, wall("Vercel")],
];

const CAPTCHAS: readonly Row[] = [
  ["cloudflare-turnstile-gate", {}, puzzle("generic", { kind: "turnstile", siteKey: "0x4AAAAAAABkMYinukE8nzYS" })],
  [
    "recaptcha-v2-gate",
    {},
    puzzle("generic", { kind: "recaptcha-v2", siteKey: "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI" }),
  ],
  [
    "recaptcha-v2-gate",
    { status: 403 },
    puzzle("generic", { kind: "recaptcha-v2", siteKey: "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI" }),
  ],
  ["hcaptcha-gate", {}, puzzle("generic", { kind: "hcaptcha", siteKey: "10000000-ffff-ffff-ffff-000000000001" })],
  ["geetest-gate", {}, puzzle("generic", { kind: "geetest", siteKey: "647f5ed2ed8acb4be36784e01556bb71" })],
  ["funcaptcha-gate", {}, puzzle("generic", { kind: "funcaptcha", siteKey: "11111111-1111-1111-1111-111111111111" })],
  ["image-captcha-gate", {}, puzzle("Amazon", { kind: "image" })],
  ["image-captcha-gate", { status: 503 }, puzzle("Amazon", { kind: "image" })],
  [
    "recaptcha-v3-gate",
    {},
    puzzle("generic", { kind: "recaptcha-v3", siteKey: "6LcR_okUAAAAAPYrPe-HK_0RULO1aZM15ENyM-Mf" }),
  ],
  ["amazon-click", {}, puzzle("Amazon")],
  ["yandex-showcaptcha", { finalUrl: "https://shop.example/showcaptcha?cc=1&retpath=x" }, puzzle("Yandex")],
  ["yandex-smartcaptcha", {}, puzzle("generic", { kind: "yandex", siteKey: "ysc1_abcdefghijklmnop" })],
];

const REFUSALS: readonly Row[] = [
  ["nginx-403", { status: 403, headers: { server: "nginx/1.22.1" } }, wall("generic")],
  ["nginx-403", { status: 403, headers: CLOUDFLARE }, wall("generic")],
  ["nginx-403", { status: 403, headers: { "set-cookie": ["_abck=x~-1~; Path=/", "bm_sz=y"] } }, wall("Akamai")],
  ["nginx-403", { status: 403, headers: { "set-cookie": "_pxhd=abc; Path=/" } }, wall("PerimeterX")],
  ["nginx-403", { status: 403, headers: { "set-cookie": "datadome=abc; Path=/" } }, wall("DataDome")],
  ["nginx-403", { status: 403, headers: { "set-cookie": ["incap_ses_1_2=abc"] } }, wall("Imperva")],
  ["nginx-403", { status: 403, headers: { "set-cookie": "reese84=abc" } }, wall("Imperva")],
  ["nginx-403", { status: 403, headers: { "x-iinfo": "5-1-0" } }, wall("Imperva")],
  ["nginx-403", { status: 403, headers: { "set-cookie": "TSPD_101=abc" } }, wall("F5")],
  ["nginx-403", { status: 403, headers: { "set-cookie": "aws-waf-token=abc" } }, wall("AWS WAF")],
  ["nginx-403", { status: 403, headers: { "x-sucuri-id": "11005" } }, wall("Sucuri")],
  ["nginx-403", { status: 403, headers: { server: "ddos-guard" } }, wall("DDoS-Guard")],
  ["nginx-429", { status: 429, headers: { "x-iinfo": "5-1-0" } }, { verdict: "rateLimited", vendor: "Imperva" }],
  ["contact-403", { status: 403 }, wall("generic")],
  ["country-451", { status: 451 }, wall("generic")],
  ["hello", { status: 999 }, wall("generic")],
  ["blocked-200", {}, wall("generic")],
  ["country-200", {}, wall("generic")],
  ["nginx-429", { status: 429, headers: { "retry-after": "60" } }, { verdict: "rateLimited", remedy: "later" }],
  ["maintenance", { status: 503, headers: { "retry-after": "3600" } }, { verdict: "rateLimited", remedy: "later" }],
  ["ratelimited-200", {}, { verdict: "rateLimited", remedy: "later" }],
  ["ratelimited-200", { status: 403 }, { verdict: "rateLimited", remedy: "later" }],
  ["maintenance", { status: 503 }, { verdict: "dead", kind: "server-error", remedy: "later" }],
  ["nginx-502", { status: 502 }, { verdict: "dead", kind: "server-error", remedy: "later" }],
  ["cloudflare-522", { status: 522, headers: CLOUDFLARE }, { verdict: "dead", kind: "server-error", remedy: "later" }],
  ["hello", { status: 400 }, { verdict: "dead", kind: "client-error", remedy: "no" }],
  ["hello", { status: 302 }, { verdict: "dead", kind: "redirect", remedy: "no" }],
  [
    "hello",
    { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } },
    { verdict: "login", remedy: "signIn" },
  ],
];

const LOGIN = "https://shop.example/login?returnTo=%2Fp%2F1";

const SIGN_INS: readonly Row[] = [
  ["login-page", { finalUrl: LOGIN }, { verdict: "login", remedy: "signIn" }],
  ["login-page", {}, { verdict: "login" }],
  ["login-js", { finalUrl: "https://accounts.shop.example/v3/enter" }, { verdict: "login" }],
  ["login-german", {}, { verdict: "login" }],
  ["login-captcha", {}, { verdict: "login" }],
  ["login-page", { url: LOGIN }, { verdict: "ok" }],
  ["login-page", { url: "https://shop.example/signup" }, { verdict: "ok" }],
  ["home-with-login", {}, { verdict: "ok" }],
  ["article-login-howto", {}, { verdict: "ok" }],
  ["article", { finalUrl: "https://shop.example/authors/login-smith" }, { verdict: "ok" }],
];

const MISSING: readonly Row[] = [
  ["nginx-404", { status: 404 }, { verdict: "notFound", remedy: "no" }],
  ["rich-404", { status: 404 }, { verdict: "notFound" }],
  ["article", { status: 404 }, { verdict: "notFound" }],
  ["hello", { status: 410 }, { verdict: "notFound" }],
  ["soft404", {}, { verdict: "softNotFound", remedy: "no" }],
  ["soft404-rich", {}, { verdict: "softNotFound" }],
  ["soft404-german", {}, { verdict: "softNotFound" }],
  ["soft404-google", {}, { verdict: "softNotFound" }],
  ["soft404-number", {}, { verdict: "softNotFound" }],
  ["soft404-product", {}, { verdict: "softNotFound" }],
  ["soft404-japanese", {}, { verdict: "softNotFound" }],
  ["nginx-404", {}, { verdict: "softNotFound" }],
  ["hello-html", { finalUrl: "https://shop.example/404.html" }, { verdict: "softNotFound" }],
  ["hello-html", { url: "https://Shop.example/404", finalUrl: "https://shop.example/404" }, { verdict: "ok" }],
];

const shell: Expected = { verdict: "emptyShell", remedy: "render" };

const SHELLS: readonly Row[] = [
  ["shell-react", {}, shell],
  ["shell-vite", {}, shell],
  ["shell-angular", {}, shell],
  ["shell-nuxt", {}, shell],
  ["shell-next-csr", {}, shell],
  ["shell-framed", {}, shell],
  ["shell-scripts-only", {}, shell],
  ["shell-recaptcha", {}, shell],
  ["shell-aws-sdk", {}, shell],
  ["shell-react", { rendered: true }, { verdict: "ok" }],
];

const INNOCENT: readonly Row[] = [
  ...[...saved.keys()]
    .filter((name) =>
      /^(?:hello|article|contact-form|newsletter|short-|list-of|search-|amp-|picture|frameset)/.test(name),
    )
    .map((name): Row => [name, {}, { verdict: "ok" }]),
  ["cloudflare-passed", { headers: CLOUDFLARE }, { verdict: "ok" }],
  ["perimeterx-passed", { headers: { "set-cookie": "_pxhd=abc" } }, { verdict: "ok" }],
  ["incapsula-passed", { headers: { "x-iinfo": "5-1-0", "x-cdn": "Imperva" } }, { verdict: "ok" }],
  ["article", { headers: { "x-datadome": "protected", "set-cookie": "datadome=abc" } }, { verdict: "ok" }],
  ["hello", { status: 304 }, { verdict: "ok" }],
];

describe("judgePage()", () => {
  describe.each([
    ["walls", WALLS],
    ["CAPTCHAs", CAPTCHAS],
    ["refusals", REFUSALS],
    ["pages to sign in on", SIGN_INS],
    ["pages that are not there", MISSING],
    ["shells", SHELLS],
    ["innocent pages", INNOCENT],
  ])("of %s", (_, rows) => {
    it.each(rows.map((row) => [row[0], row[1], row[2]] as const))("judges %s with %j", (name, page, expected) => {
      const verdict = judge(name, page);
      expect(verdict).toMatchObject(expected);
      if (verdict.verdict === "ok") expect(verdict.vendor).toBeUndefined();
      else expect(verdict.evidence.length).toBeGreaterThan(0);
    });
  });

  it("has a use for each page that is saved", () => {
    const tables = [WALLS, CAPTCHAS, REFUSALS, SIGN_INS, MISSING, SHELLS, INNOCENT];
    const used = new Set(tables.flatMap((rows) => rows.map(([name]) => name)));
    expect([...saved.keys()].filter((name) => !used.has(name))).toEqual([]);
  });

  it("has a test for each sign of a wall", () => {
    const rows = [WALLS, CAPTCHAS, REFUSALS].flat();
    const evidence = rows.flatMap(([name, page]) => judge(name, page).evidence);
    const unseen = [...WALL_SIGNS, ...NAME_SIGNS].filter(
      ({ why }) => !evidence.some((each) => each.endsWith(`: ${why}`)),
    );
    expect(unseen.map(({ vendor, in: place, has }) => `${vendor}, ${place}: ${has}`)).toEqual([]);
  });

  it("gives its evidence in words", () => {
    expect(
      judge("cloudflare-challenge", { status: 403, headers: { ...CLOUDFLARE, "cf-mitigated": "challenge" } }).evidence,
    ).toEqual([
      'header cf-mitigated: "challenge": Cloudflare marks its challenges so, for programs to know',
      'the page has "_cf_chl_opt": the settings of Cloudflare\'s challenge; pages that were let through have its other scripts only',
      'the title is "just a moment...": the title of Cloudflare\'s challenge',
      "status 403",
    ]);
    expect(judge("nginx-403", { status: 403, headers: { server: "nginx/1.22.1" } }).evidence).toEqual([
      "status 403",
      'header server: "nginx/1.22.1", and nothing of a wall: an ordinary refusal',
    ]);
    expect(judge("nginx-403", { status: 403, headers: CLOUDFLARE }).evidence).toEqual([
      "status 403",
      "behind Cloudflare, but the page is not Cloudflare's: the site itself may have refused",
    ]);
    expect(judge("shell-react").evidence).toEqual([
      'the page has "<div id=\\"root\\"></div>", which scripts are to fill',
      'it says "you need to enable javascript to run this app."',
      "there is nothing to read, only scripts",
      "0 characters of text, 1 scripts",
    ]);
    expect(judge("soft404").evidence).toEqual([
      'the title is "page not found - the loom shop"',
      'the heading is "page not found"',
      "status 200",
    ]);
  });

  describe("without a page", () => {
    const base = { url: ASKED, status: null };
    const failure = (outcome: Outcome): Failure => ({ outcome, code: "X", message: "It broke" });

    it.each([
      ["dns", "dead", "later"],
      ["refused", "dead", "later"],
      ["tls", "dead", "later"],
      ["timeout", "dead", "later"],
      ["truncated", "dead", "later"],
      ["proxy", "dead", "later"],
      ["redirect-loop", "dead", "no"],
      ["bad-url", "dead", "no"],
    ] as const)("takes %s for %s", (outcome, verdict, remedy) => {
      const expected = { verdict, kind: outcome, remedy, evidence: [`${outcome} (X): It broke`] };
      expect(judgePage({ ...base, failure: failure(outcome) })).toEqual(expected);
    });

    it("tells what is too large, and what was not asked", () => {
      expect(judgePage({ ...base, status: 200, failure: failure("too-large") }).verdict).toBe("tooLarge");
      expect(judgePage({ ...base, failure: failure("host-parked") }).verdict).toBe("rateLimited");
      expect(judgePage({ ...base, robots: { allowed: false, rule: "Disallow: /p/" } })).toEqual({
        verdict: "robotsDenied",
        evidence: ['robots.txt does not allow it by its rule "Disallow: /p/"'],
        remedy: "no",
      });
      expect(judgePage(base)).toMatchObject({ verdict: "dead", evidence: ["there is no answer"] });
    });

    it("takes a status that is an error for an answer", () => {
      expect(judgePage({ ...base, status: 404, failure: failure("http-error") }).verdict).toBe("notFound");
    });
  });

  it.each([
    ["application/pdf", undefined, "notHtml"],
    ["image/png", "", "notHtml"],
    ["application/json", '{"a": 1}', "notHtml"],
    ["text/plain", "just words", "notHtml"],
    ["text/plain", "<!doctype html><p>hello", "ok"],
    ["application/xhtml+xml", "<html/>", "ok"],
    [undefined, "<html><p>hello", "ok"],
    [undefined, "just words", "notHtml"],
    [undefined, "", "ok"],
    ["text/html", "", "ok"],
  ])("takes a body of type %j that begins with %j for %s", (type, html, verdict) => {
    const headers = type === undefined ? {} : { "content-type": type };
    const page = { url: ASKED, status: 200, headers, ...(html === undefined ? {} : { html }) };
    expect(judgePage(page).verdict).toBe(verdict);
  });

  it("does not lose its way in a huge page, or in one that is made to", () => {
    for (const html of [
      "<div>".repeat(200_000),
      `<div id=root>${"<!---->".repeat(100_000)}`,
      "<!--".repeat(100_000),
      `<title>${"page not ".repeat(100_000)}`,
      "a ".repeat(1_000_000),
      `<noscript>${"javascript ".repeat(100_000)}`,
      `<iframe ${"_Incapsula".repeat(50_000)}`,
      `<script>"appId":"PX1${'"appId":"PX1'.repeat(5000)}</script>`,
    ]) {
      const before = process.cpuUsage();
      judgePage({ url: ASKED, status: 403, html, headers: HTML });
      judgePage({ url: ASKED, status: 200, html, headers: HTML });
      expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
    }
  });

  it("judges any soup of what it looks for, and never throws", () => {
    const bits = [...saved.values()].flatMap((html) => html.match(/<[^>]*>|[^<]+/g) ?? []);
    const soup = fc.array(fc.constantFrom(...bits), { maxLength: 30 }).map((pieces) => pieces.join(""));
    const status = fc.constantFrom(200, 202, 401, 403, 404, 429, 503, 522);
    fc.assert(
      fc.property(soup, status, (html, code) => {
        const { verdict, evidence } = judgePage({ url: ASKED, status: code, html, headers: HTML });
        expect(Object.keys(VERDICTS)).toContain(verdict);
        expect(evidence.length > 0 || verdict === "ok").toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("says what is wrong with what it is given", () => {
    const wrong = (page: object) => () => judgePage(page as PageToJudge);
    expect(wrong({ status: 200 })).toThrow("Cannot judge a page as url must be a string: received undefined");
    expect(wrong({ url: ASKED })).toThrow(
      "Cannot judge a page as status must be a number of three digits, or null for no answer",
    );
    expect(wrong({ url: ASKED, status: 20 })).toThrow("status must be a number of three digits");
    expect(wrong({ url: ASKED, status: 200, html: Buffer.from("") })).toThrow("html must be a string");
    expect(wrong({ url: ASKED, status: 200, headers: "x" })).toThrow("headers must be an object");
    expect(wrong({ url: ASKED, status: 200, finalUrl: 1 })).toThrow("finalUrl must be a string");
    expect(wrong({ url: ASKED, status: 200, body: "x" })).toThrow("the options are");
  });
});
