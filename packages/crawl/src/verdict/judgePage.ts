import { isHtml } from "../content/contentType.js";
import { checkObject, checkOptions, invalid } from "../ground/check.js";
import type { Failure } from "../ground/outcome.js";
import type { ResponseHeaders } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";
import { judgeContent } from "./judgeContent.js";
import { judgeFailure } from "./judgeFailure.js";
import { judgeStatus } from "./judgeStatus.js";
import { PageView } from "./pageView.js";
import type { PageVerdict } from "./verdict.js";
import { findCaptcha, findWall } from "./wall.js";

/** One answer, or what there is in its place. */
export interface PageToJudge {
  /** What was asked for. */
  url: string;
  /** Where the redirects led to. Default `url`. */
  finalUrl?: string;
  /** Null if there was no answer. */
  status: number | null;
  /** With names in lower case. Default none. */
  headers?: ResponseHeaders;
  /** The body as text. Default none. */
  html?: string | null;
  /** The size of the body. Default: that of `html`, roughly. */
  bytes?: number;
  /** Whether a browser has run the page's scripts: then it is not an empty shell, whatever it looks like. Default false. */
  rendered?: boolean;
  /** What went wrong, if no whole answer was had; "http-error" is none. Default nothing. */
  failure?: Failure | null;
  /** What robots.txt says, if it was asked. */
  robots?: { readonly allowed: boolean; readonly rule?: string };
}

const FIELDS = ["url", "finalUrl", "status", "headers", "html", "bytes", "rendered", "failure", "robots"];

/**
 * What a page is: the one that was asked for, or a wall, an error, a shell in its place, whatever its status says. With
 * the evidence in words, and what may help. It looks at the status, the headers, and the beginning of the page: some
 * tens of microseconds for a usual page.
 *
 * Where it is in doubt the page is "ok": a page that is taken for a wall by mistake is lost.
 *
 * @throws InvalidArgumentError for fields that are missing or of another kind
 */
export function judgePage(page: PageToJudge): PageVerdict {
  checkPage(page);
  return judged(page);
}

/** As `judgePage()`, for those who know what they hand over. */
export function judged(page: PageToJudge): PageVerdict {
  const { url, finalUrl = url, status, headers = {}, robots, failure } = page;
  if (robots?.allowed === false) {
    const rule = robots.rule === undefined ? "" : ` by its rule ${JSON.stringify(robots.rule)}`;
    return { verdict: "robotsDenied", evidence: [`robots.txt does not allow it${rule}`], remedy: "no" };
  }
  if (failure != null && failure.outcome !== "ok" && failure.outcome !== "http-error") return judgeFailure(failure);
  if (status === null) return { verdict: "dead", kind: "error", evidence: ["there is no answer"], remedy: "later" };

  const view = new PageView({ url, finalUrl, status, headers, html: page.html ?? "" });
  const wall = judgeWall(view);
  if (wall !== undefined) return wall;
  if (status < 200 || status >= 300) return judgeStatus(view);
  const type = headerOf(headers, "content-type");
  if (!isHtml(type, view.html)) return notHtml(type, page);
  return judgeContent(view, page.rendered ?? false);
}

/** A wall that shows itself counts for more than any status: some send 200, some 404. */
function judgeWall(view: PageView): PageVerdict | undefined {
  const wall = findWall(view);
  if (wall === undefined) return undefined;
  const { vendor, as } = wall;
  const evidence = [...wall.evidence];
  if (view.isRefused) evidence.push(`status ${view.status}`);
  if (as === "limited") return { verdict: "rateLimited", vendor, evidence, remedy: "later" };
  const found = findCaptcha(view);
  if (as === "captcha" && found !== undefined) {
    const { isInvisible, ...captcha } = found;
    return { verdict: "captcha", vendor, captcha, evidence, remedy: "solve" };
  }
  if (as === "captcha") return { verdict: "captcha", vendor, evidence, remedy: "solve" };
  return { verdict: "blocked", vendor, evidence, remedy: vendor === "Queue-it" ? "later" : "otherwise" };
}

function notHtml(type: string | undefined, { html, bytes }: PageToJudge): PageVerdict {
  const size = bytes ?? html?.length;
  const evidence = [type === undefined ? "the body is no HTML, and nothing says what it is" : `content-type: ${type}`];
  if (size !== undefined) evidence.push(`${size} bytes`);
  return { verdict: "notHtml", evidence, remedy: "no" };
}

function checkPage(page: PageToJudge): void {
  const doing = "judge a page";
  checkOptions(doing, page, FIELDS);
  const { url, finalUrl, status, headers, html } = page;
  if (typeof url !== "string") throw invalid(doing, "url must be a string", url);
  if (finalUrl !== undefined && typeof finalUrl !== "string")
    throw invalid(doing, "finalUrl must be a string", finalUrl);
  if (status !== null && !(Number.isInteger(status) && status >= 100 && status <= 999)) {
    throw invalid(doing, "status must be a number of three digits, or null for no answer", status);
  }
  if (headers !== undefined) checkObject(doing, headers, "headers");
  if (html != null && typeof html !== "string") throw invalid(doing, "html must be a string", html);
}
