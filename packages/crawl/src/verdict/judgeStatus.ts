import { quote } from "./evidence.js";
import type { PageView } from "./pageView.js";
import { HUMAN_CHECK, PERHAPS_CHECK, REFUSAL, TOO_MANY } from "./phrases.js";
import type { PageVerdict } from "./verdict.js";
import { findCaptcha, nameWall } from "./wall.js";

/** Statuses by which servers refuse whoever asks, and not what was asked for. 444 is nginx's, 999 LinkedIn's. */
const REFUSING: ReadonlySet<number> = new Set([402, 403, 405, 406, 418, 444, 451, 999]);

/** A page with a status that is not 2xx, in which no wall has shown itself. */
export function judgeStatus(page: PageView): PageVerdict {
  const { status } = page;
  const said = `status ${status}`;
  if (status === 404 || status === 410) return { verdict: "notFound", evidence: [said], remedy: "no" };
  if (status === 304) return { verdict: "ok", evidence: [`${said}: nothing has changed`], remedy: "no" };
  if (status < 400)
    return { verdict: "dead", kind: "redirect", evidence: [`${said}, and it was not followed`], remedy: "no" };
  if (status === 401) return signIn(page, said);
  const { text, title } = page.sketch;
  const tooMany = TOO_MANY.exec(title) ?? TOO_MANY.exec(text);
  const wish = page.header("retry-after");
  if (status === 429 || (status === 503 && wish !== undefined) || (tooMany !== null && !page.isRich)) {
    return limited(page, { said, wish, tooMany: tooMany?.[0] });
  }
  if (REFUSING.has(status) || (status < 500 && REFUSAL.test(text)) || HUMAN_CHECK.test(text))
    return refused(page, said);
  if (status < 500) return { verdict: "dead", kind: "client-error", evidence: [said], remedy: "no" };
  return { verdict: "dead", kind: "server-error", evidence: [said], remedy: "later" };
}

function signIn(page: PageView, said: string): PageVerdict {
  const scheme = page.header("www-authenticate");
  const evidence = [said, ...(scheme === undefined ? [] : [`header www-authenticate: ${quote(scheme)}`])];
  return { verdict: "login", evidence, remedy: "signIn" };
}

function limited(
  page: PageView,
  found: { said: string; wish: string | undefined; tooMany: string | undefined },
): PageVerdict {
  const evidence = [found.said];
  if (found.wish !== undefined) evidence.push(`header retry-after: ${quote(found.wish)}`);
  if (found.tooMany !== undefined) evidence.push(`the page says ${quote(found.tooMany)}`);
  const named = nameWall(page);
  if (named === undefined) return { verdict: "rateLimited", evidence, remedy: "later" };
  return { verdict: "rateLimited", vendor: named.vendor, evidence: [...evidence, named.evidence], remedy: "later" };
}

/** Refused, and nothing says by whom: it may be the site's own business, a firewall, or a country. */
function refused(page: PageView, said: string): PageVerdict {
  const { text, title } = page.sketch;
  const evidence = [said];
  const words = HUMAN_CHECK.exec(text) ?? PERHAPS_CHECK.exec(text) ?? REFUSAL.exec(text) ?? REFUSAL.exec(title);
  if (words !== null) evidence.push(`the page says ${quote(words[0])}`);
  const named = nameWall(page);
  const vendor = named?.vendor ?? "generic";
  evidence.push(named?.evidence ?? behind(page));
  const found = findCaptcha(page);
  // A refusal with a form to write to the site has a CAPTCHA as well.
  if (found !== undefined && !found.isInvisible && (words !== null || page.sketch.fields === 0)) {
    const { isInvisible, ...captcha } = found;
    return {
      verdict: "captcha",
      vendor,
      captcha,
      evidence: [...evidence, `the page has a CAPTCHA, ${captcha.kind}`],
      remedy: "solve",
    };
  }
  return { verdict: "blocked", vendor, evidence, remedy: "otherwise" };
}

function behind(page: PageView): string {
  const server = page.header("server");
  if (server === undefined) return "nothing says who refused";
  if (/^cloudflare/i.test(server))
    return "behind Cloudflare, but the page is not Cloudflare's: the site itself may have refused";
  return `header server: ${quote(server)}, and nothing of a wall: an ordinary refusal`;
}
