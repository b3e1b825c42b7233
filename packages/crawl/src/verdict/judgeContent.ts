import { quote } from "./evidence.js";
import { judgeShell } from "./judgeShell.js";
import type { PageView } from "./pageView.js";
import {
  HUMAN_CHECK,
  NOT_FOUND,
  NOT_FOUND_URL,
  PERHAPS_NOT_FOUND,
  REFUSAL,
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
  const { title, heading, text, passwords } = page.sketch;
  if (SIGN_IN_URL.test(page.url)) return undefined;
  const evidence: string[] = [];
  const isElsewhere = page.finalUrl !== page.url && SIGN_IN_URL.test(page.finalUrl);
  if (isElsewhere) evidence.push(`it ended at ${quote(page.finalUrl)}`);
  if (passwords > 0) evidence.push("the page asks for a password");
  const words = SIGN_IN.exec(title) ?? SIGN_IN.exec(heading) ?? (page.isBare ? SIGN_IN.exec(text) : null);
  if (words !== null) evidence.push(`the page says ${quote(words[0])}`);
  const isSure = isElsewhere ? evidence.length > 1 || !page.isRich : passwords > 0 && words !== null && page.isBare;
  return isSure ? { verdict: "login", evidence, remedy: "signIn" } : undefined;
}

function judgeNotFound(page: PageView): PageVerdict | undefined {
  const { title, heading } = page.sketch;
  const inTitle = says(title, NOT_FOUND);
  const inHeading = says(heading, NOT_FOUND);
  const isLikely = says(title, PERHAPS_NOT_FOUND) || says(heading, PERHAPS_NOT_FOUND);
  const evidence: string[] = [];
  if (inTitle) evidence.push(`the title is ${quote(title)}`);
  if (inHeading) evidence.push(`the heading is ${quote(heading)}`);
  if (page.finalUrl !== page.url && NOT_FOUND_URL.test(page.finalUrl))
    evidence.push(`it ended at ${quote(page.finalUrl)}`);
  // On a page with much to read both have to say it: there are articles of that name.
  const isSure = page.isRich ? evidence.length > 1 : evidence.length > 0 || (isLikely && page.isBare);
  if (!isSure) return undefined;
  if (evidence.length === 0) evidence.push(`the title is ${quote(title)}`, `the heading is ${quote(heading)}`);
  return { verdict: "softNotFound", evidence: [...evidence, `status ${page.status}`], remedy: "no" };
}

/** A wall without a name, with a status of 200. Only a page that says nothing else can be one. */
function judgeSmallWall(page: PageView): PageVerdict | undefined {
  if (!page.isBare) return undefined;
  const { title, heading, text, fields, passwords } = page.sketch;
  const tooMany = TOO_MANY.exec(title) ?? TOO_MANY.exec(heading);
  if (tooMany !== null) {
    return { verdict: "rateLimited", evidence: [`the page says ${quote(tooMany[0])}`], remedy: "later" };
  }
  const human = HUMAN_CHECK.exec(title) ?? HUMAN_CHECK.exec(text);
  const found = findCaptcha(page);
  // Besides the CAPTCHA there is nothing to fill in and hardly a word: it is the page. A contact form has fields.
  const isAlone = found !== undefined && !found.isInvisible && fields === 0 && passwords === 0 && text.length < ALONE;
  if (found !== undefined && (isAlone || (human !== null && fields <= 1))) {
    const { isInvisible, ...captcha } = found;
    const evidence = [`the page has a CAPTCHA, ${captcha.kind}, and hardly anything else`];
    if (human !== null) evidence.push(`the page says ${quote(human[0])}`);
    return { verdict: "captcha", vendor: "generic", captcha, evidence, remedy: "solve" };
  }
  const refusal = REFUSAL.exec(title) ?? REFUSAL.exec(heading);
  const isCheck = human !== null && (HUMAN_CHECK.test(title) || HUMAN_CHECK.test(heading)) && fields === 0;
  const words = refusal ?? (isCheck ? human : null);
  if (words === null) return undefined;
  const evidence = [`the page says ${quote(words[0])}, and hardly anything else`];
  return { verdict: "blocked", vendor: "generic", evidence, remedy: "otherwise" };
}

const ALONE = 300;
