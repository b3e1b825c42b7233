import { CAPTCHA_WIDGET } from "./captchas.js";
import { quote } from "./evidence.js";
import { judgeShell } from "./judgeShell.js";
import type { PageView } from "./pageView.js";
import {
  HUMAN_CHECK,
  NOT_FOUND,
  NOT_FOUND_URL,
  PASSWORD_URL,
  PERHAPS_CHECK,
  PERHAPS_NOT_FOUND,
  REFUSED,
  SIGN_IN,
  SIGN_IN_URL,
  says,
  TOO_MANY,
} from "./phrases.js";
import type { PageVerdict } from "./verdict.js";
import { findCaptcha } from "./wall.js";

/** A page with a status of 2xx, in which no wall has shown itself. The first rule that finds something has it. */
export function judgeContent(page: PageView, isRendered: boolean): PageVerdict {
  return (
    judgeSignIn(page) ??
    judgeNotFound(page) ??
    judgeSmallWall(page) ??
    (isRendered ? undefined : judgeShell(page)) ?? { verdict: "ok", evidence: [], remedy: "no" }
  );
}

/**
 * A page to sign in on, in place of another one. Whoever asks for the address of such a page gets what was asked for, and
 * a field for a password in the corner of a page with something to read means nothing.
 */
function judgeSignIn(page: PageView): PageVerdict | undefined {
  const isElsewhere = page.finalUrl !== page.url && SIGN_IN_URL.test(page.finalUrl);
  if (!isElsewhere && !page.isBare) return undefined;
  if (SIGN_IN_URL.test(page.url) || PASSWORD_URL.test(page.url)) return undefined;
  const { title, heading, text, passwords } = page.sketch;
  const evidence: string[] = [];
  if (isElsewhere) evidence.push(`it ended at ${quote(page.finalUrl)}`);
  if (passwords > 0) evidence.push("the page asks for a password");
  const words = SIGN_IN.exec(title) ?? SIGN_IN.exec(heading) ?? (text.length < FORM_TEXT ? SIGN_IN.exec(text) : null);
  if (words !== null) evidence.push(`the page says ${quote(words[0])}`);
  const isSure = isElsewhere ? evidence.length > 1 || !page.isRich : passwords > 0 && words !== null && page.isBare;
  return isSure ? { verdict: "login", evidence, remedy: "signIn" } : undefined;
}

/** As much text as there is around a form, at most. */
const FORM_TEXT = 300;

function judgeNotFound(page: PageView): PageVerdict | undefined {
  const { title, heading } = page.names;
  const inTitle = says(title, NOT_FOUND);
  const inHeading = says(heading, NOT_FOUND);
  const evidence: string[] = [];
  if (inTitle) evidence.push(`the title is ${quote(title)}`);
  if (inHeading) evidence.push(`the heading is ${quote(heading)}`);
  // Whoever asks for the address of an error gets it.
  if (NOT_FOUND_URL.test(page.finalUrl) && !NOT_FOUND_URL.test(page.url))
    evidence.push(`it ended at ${quote(page.finalUrl)}`);
  // On a page with much to read both have to say it: there are articles of that name.
  if (evidence.length === 1 && page.isRich) return undefined;
  if (evidence.length === 0) {
    const isLikely = page.isBare && (says(title, PERHAPS_NOT_FOUND) || says(heading, PERHAPS_NOT_FOUND));
    if (!isLikely) return undefined;
    evidence.push(`the title is ${quote(title)}`, `the heading is ${quote(heading)}`);
  }
  return { verdict: "softNotFound", evidence: [...evidence, `status ${page.status}`], remedy: "no" };
}

/** A wall without a name, with a status of 200. Only a page that says nothing else can be one. */
function judgeSmallWall(page: PageView): PageVerdict | undefined {
  if (!page.isBare) return undefined;
  const { title, heading, text } = page.sketch;
  const tooMany = TOO_MANY.exec(title) ?? TOO_MANY.exec(heading);
  if (tooMany !== null) {
    return { verdict: "rateLimited", evidence: [`the page says ${quote(tooMany[0])}`], remedy: "later" };
  }
  const human = HUMAN_CHECK.exec(title) ?? HUMAN_CHECK.exec(text);
  const captcha = judgeCaptcha(page, human?.[0]);
  if (captcha !== undefined) return captcha;
  const isRefused = says(title, REFUSED) || says(heading, REFUSED);
  const isCheck = HUMAN_CHECK.test(title) || HUMAN_CHECK.test(heading);
  if (!isRefused && !isCheck) return undefined;
  const words = isRefused ? (says(title, REFUSED) ? title : heading) : (human?.[0] ?? title);
  const evidence = [`the page says ${quote(words)}, and hardly anything else`];
  return { verdict: "blocked", vendor: "generic", evidence, remedy: "otherwise" };
}

/** Pages with a form have a CAPTCHA as well: it is a wall if there is nothing else to fill in, and words that go with it. */
function judgeCaptcha(page: PageView, human: string | undefined): PageVerdict | undefined {
  const found = findCaptcha(page);
  if (found === undefined) return undefined;
  const { title, text, fields, passwords } = page.sketch;
  const hasWidget = CAPTCHA_WIDGET.test(page.source);
  const perhaps = PERHAPS_CHECK.exec(title) ?? PERHAPS_CHECK.exec(text);
  const words = human ?? (fields === 0 && passwords === 0 ? perhaps?.[0] : undefined);
  const isAlone = hasWidget && fields === 0 && passwords === 0 && text.length < ALONE;
  // An image asks for one field, to write into what is seen.
  if (!isAlone && (words === undefined || fields > 1 || passwords > 0)) return undefined;
  const { isInvisible, ...captcha } = found;
  const evidence = [`the page has a CAPTCHA, ${captcha.kind}, and hardly anything else`];
  if (words !== undefined) evidence.push(`the page says ${quote(words)}`);
  return { verdict: "captcha", vendor: "generic", captcha, evidence, remedy: "solve" };
}

/** With less text around it than this a CAPTCHA is all there is. */
const ALONE = 200;
