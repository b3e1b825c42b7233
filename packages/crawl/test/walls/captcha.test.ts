import { afterAll, afterEach, describe, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { Challenge, FetcherOptions, Page } from "../../src/index.js";
import { createFetcher } from "../../src/index.js";
import { describeChromium } from "../browser/chromium.js";
import type { Caller, Reply, WallSite } from "./wallSite.js";
import { captchaPage, GOODS, startWallSite } from "./wallSite.js";

const KEY = "6LcExampleExampleExampleExampleExample";
const TOKEN = "03AGdBq2-the-token";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

interface Solved {
  readonly page: Page;
  readonly site: WallSite;
  readonly met: Challenge[];
  readonly fetcher: ReturnType<typeof createFetcher>;
}

/** Gets a page of a site whose door opens to whoever has brought the right token once. */
async function getThrough(door: Reply, options: FetcherOptions, token: string = TOKEN): Promise<Solved> {
  const site = await startWallSite(({ path, method, form, cookie }: Caller) => {
    const [where] = path.split("?");
    if (where === "/verify") return verified(method === "POST" ? form : new URL(path, "http://x").searchParams, cookie);
    if (cookie.includes("pass=1")) return GOODS;
    return { ...door, headers: { "set-cookie": "visit=7; Path=/; HttpOnly" } };
  });
  open.push(site);
  const met: Challenge[] = [];
  const solve = (challenge: Challenge): string => {
    met.push(challenge);
    return token;
  };
  const fetcher = createFetcher({ solve, backoff: { base: 1 }, robots: false, ...options });
  open.push(fetcher);
  return { page: await fetcher.get(`${site.url}/goods`), site, met, fetcher };
}

/** Who has the token, and is the visitor who was asked for it, gets a cookie and is sent back. */
function verified(fields: URLSearchParams, cookie: string): Reply {
  const isRight = fields.get("g-recaptcha-response") === TOKEN && fields.get("csrf") === "c1";
  if (!isRight || !cookie.includes("visit=7")) return { status: 403, html: "<title>No</title><h1>Forbidden</h1>" };
  return { status: 303, headers: { location: "/goods", "set-cookie": "pass=1; Path=/" } };
}

const WIDGET = `<div class="g-recaptcha" data-sitekey="${KEY}"></div>`;
const FORM = captchaPage(`<form action="/verify" method="post"><input type="hidden" name="csrf" value="c1">${WIDGET}
  <textarea name="g-recaptcha-response" style="display:none"></textarea><input type="submit" name="go" value="Go"></form>`);

function ledgerOf(page: Page): unknown[] {
  return page.attempts.map(({ transport, status, cost }) => [transport, status, cost]);
}

describe("a CAPTCHA that is solved without Chromium", () => {
  const options = { render: false, maxCost: 30 } as const;

  it("is passed by the form in which it stands, with the token and the other fields", async () => {
    const { page, met, site } = await getThrough(FORM, options);
    expect(page).toMatchObject({ verdict: "ok", finalUrl: `${site.url}/goods`, redirects: 1, cost: 28 });
    expect(page.html).toContain("The goods");
    expect(met).toMatchObject([{ kind: "recaptcha-v2", siteKey: KEY, url: `${site.url}/goods` }]);
    expect(ledgerOf(page)).toEqual([
      ["plain", 403, 1],
      ["identity", 403, 2],
      ["identity", 200, 25],
    ]);
    const sent = site.callers.find(({ path }) => path === "/verify");
    expect([...(sent?.form ?? [])]).toEqual([
      ["csrf", "c1"],
      ["g-recaptcha-response", TOKEN],
    ]);
    expect(sent?.headers).toMatchObject({ origin: site.url, referer: `${site.url}/goods` });
  });

  it("is passed by a form that is sent with GET, and with a field that its script would have made", async () => {
    const form = captchaPage(`<form action="/verify"><input name=csrf value=c1>${WIDGET}<button>Go</button></form>`);
    const { page } = await getThrough(form, options);
    expect(page).toMatchObject({ verdict: "ok", cost: 28 });
  });

  it("is asked for once in a session, whose next pages come with its cookie", async () => {
    const { page, fetcher, site, met } = await getThrough(FORM, { ...options, session: "ann" });
    expect(page.verdict).toBe("ok");
    const next = await fetcher.get(`${site.url}/goods?2`);
    expect(next).toMatchObject({ verdict: "ok" });
    expect(met).toHaveLength(1);
  });

  it("stays one where the token is wrong, or there is no form; and nobody is asked twice for a token", async () => {
    const wrong = await getThrough(FORM, options, "wrong");
    expect(wrong.page.verdict).toBe("blocked");
    expect(wrong.met).toHaveLength(1);
    const formless = await getThrough(captchaPage(WIDGET), options);
    expect(formless.page).toMatchObject({ verdict: "captcha", status: 403, cost: 3 });
    expect(formless.page.evidence).toContain(
      "the CAPTCHA was not solved: it stands in no form that could be sent without Chromium",
    );
  });

  it("is not solved where the page may not cost that much", async () => {
    const { page, met } = await getThrough(FORM, { ...options, maxCost: 29 });
    expect(page).toMatchObject({ verdict: "captcha", remedy: "solve", cost: 3, captcha: { siteKey: KEY } });
    expect(met).toEqual([]);
  });
});

describeChromium("a CAPTCHA that is solved in Chromium", () => {
  const chromium = new BrowserTransport();
  afterAll(() => chromium.close());
  const options = { transports: { chromium }, render: true, maxCost: 45, waitFor: "h1", timeout: 2500 } as const;

  it("is passed by its form, and what was waited for is waited for behind it", async () => {
    const { page, met, site } = await getThrough(FORM, { ...options, steps: [{ evaluate: "document.title" }] });
    expect(page).toMatchObject({ verdict: "ok", finalUrl: `${site.url}/goods`, cost: 45 });
    expect(ledgerOf(page)).toEqual([
      ["chromium", 403, 10],
      ["chromium", 200, 35],
    ]);
    expect(page.rendered?.evaluated).toEqual(["Goods"]);
    expect(met).toHaveLength(1);
    expect(site.callers.filter(({ path }) => path === "/verify")).toMatchObject([{ method: "POST" }]);
  });

  it("is passed by the function of the site's that waits for the token", async () => {
    const door = captchaPage(`<div class="g-recaptcha" data-sitekey="${KEY}" data-callback="solved"></div><script>
      function solved(token) {
        const body = new URLSearchParams({ "g-recaptcha-response": token, csrf: "c1" });
        fetch("/verify", { method: "POST", body }).then(() => location.reload());
      }</script>`);
    const { page, fetcher, site, met } = await getThrough(door, options);
    expect(page).toMatchObject({ verdict: "ok", cost: 45 });
    expect(page.html).toContain("The goods");
    // Its next page begins in Chromium, and not with a solver that has nothing to solve yet.
    const next = await fetcher.get(`${site.url}/goods?2`, { render: "auto" });
    expect(ledgerOf(next)).toEqual(ledgerOf(page));
    expect(met).toHaveLength(2);
  });

  it("stays one where the token is wrong", async () => {
    const { page, met } = await getThrough(FORM, { ...options, waitFor: "load" }, "wrong");
    expect(page.verdict).toBe("blocked");
    expect(met).toHaveLength(1);
  });
});
