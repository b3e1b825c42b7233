import { quote } from "./evidence.js";
import type { PageView } from "./pageView.js";
import { FOR_NO_SCRIPTS, NEEDS_SCRIPTS } from "./phrases.js";
import type { PageVerdict } from "./verdict.js";

/** Less text than a shell may have: a menu, a "Loading…", the name of the company. */
const SHELL_TEXT = 250;
/** With an element that stands empty for the scripts to fill, more text may be around it. */
const FRAME_TEXT = 800;

/**
 * A page that its scripts have to fill first. A page that is merely short is none: "hello" is a page, and a page with a
 * picture is one, be there a script for statistics or not.
 */
export function judgeShell(page: PageView): PageVerdict | undefined {
  if (!page.isBare) return undefined;
  const { text, root, noscript, externalScripts, inlineScripts, media, refreshes } = page.sketch;
  if (text.length >= FRAME_TEXT || externalScripts + inlineScripts === 0) return undefined;
  const emptyRoot = root === undefined ? undefined : EMPTY_ROOT.exec(page.html)?.[0];
  if (text.length >= SHELL_TEXT && emptyRoot === undefined) return undefined;
  const evidence: string[] = [];
  const isRootEmpty = root !== undefined && externalScripts > 0 && saysNothing(page.sketch.rootText);
  if (emptyRoot !== undefined) evidence.push(`the page has ${quote(emptyRoot)}, which scripts are to fill`);
  else if (isRootEmpty) evidence.push(`the page has ${quote(root)}, which scripts are to fill`);
  // What is said to browsers without scripts stands in many a page that is not in need of them.
  const isMute = emptyRoot !== undefined || isRootEmpty || saysNothing(text);
  const inText = text.length < SHELL_TEXT && NEEDS_SCRIPTS.test(text);
  const hint = isMute && FOR_NO_SCRIPTS.test(noscript) ? noscript : inText ? text : "";
  if (hint !== "") evidence.push(`it says ${quote(hint)}`);
  if (saysNothing(text) && media === 0 && !refreshes) evidence.push("there is nothing to read, only scripts");
  if (evidence.length === 0) return undefined;
  evidence.push(`${text.length} characters of text, ${externalScripts + inlineScripts} scripts`);
  return { verdict: "emptyShell", evidence, remedy: "render" };
}

function saysNothing(text: string): boolean {
  return text === "" || LOADING.test(text);
}

const LOADING = /^(?:loading|please wait|wird geladen|chargement|cargando|загрузка|加载中|読み込み中)[ .…]*$/;

/** An element that frameworks fill, with nothing in it but white space, comments, and a picture that turns. */
const EMPTY_ROOT =
  /<(?:(?:div|main|section)\b[^>]{0,300}\bid\s*=\s*["']?(?:root|app|__next|__nuxt|___gatsby|react-root|app-root|q-app|svelte|main-app|application|spa|mount)\b["']?[^>]{0,300}>(?:\s|<!--(?:(?!-->)[\s\S]){0,200}-->)*<\/(?:div|main|section)>|(?:app-root|my-app)\b[^>]{0,300}>\s*(?:loading[ .…]*)?\s*<\/(?:app-root|my-app)>)/i;
