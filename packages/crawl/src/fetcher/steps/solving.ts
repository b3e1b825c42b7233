import { cancellable, isCancelled } from "heddle";
import type { RenderOptions, RenderResult, RenderStep } from "../../ground/render.js";
import { CookieJar } from "../../store/cookieJar.js";
import type { Answer } from "../answer.js";
import { notSent } from "../answer.js";
import { captchaForm, TOKEN_FIELDS } from "../captchaForm.js";
import type { Challenge, Solve } from "../challenge.js";
import { makeRung } from "../rung.js";
import type { Next, Step, StepRequest } from "../step.js";

/**
 * On the rungs that have a solver: hands the CAPTCHA that was met to the user's function, and the token that it gives to the
 * site: in Chromium as the CAPTCHA's own script would, else with the form in which the CAPTCHA stands. What the function throws
 * is told in the evidence.
 */
export function solving(solve: Solve): Step {
  return async (request, next) => {
    const { challenge, errand, rung } = request;
    if (!rung.solves || challenge === undefined) {
      // Who answers a question is to be the one who was asked: that is what its cookies are for.
      if (rung.vehicle !== "chromium" && errand.settings.session === undefined) errand.jar = new CookieJar();
      return next(request);
    }
    let token: string;
    try {
      token = await cancellable(Promise.resolve(solve(challenge)));
    } catch (error) {
      if (isCancelled(error)) throw error;
      return unsolved(request, error instanceof Error ? error.message : String(error));
    }
    if (typeof token !== "string" || token === "") return unsolved(request, "solve() has given no token");
    return rung.vehicle === "chromium" ? next({ ...request, token }) : sendForm(request, next, { challenge, token });
  };
}

function unsolved({ errand, url }: StepRequest, why: string): Answer {
  errand.evidence.push(`the CAPTCHA was not solved: ${why}`);
  return errand.current ?? notSent(url, { outcome: "error", code: "CAPTCHA", message: "The CAPTCHA was not solved" });
}

/** Sends the form, and asks for the page again where that has led elsewhere. */
async function sendForm(
  request: StepRequest,
  next: Next,
  { challenge, token }: { challenge: Challenge; token: string },
): Promise<Answer> {
  const { rung, errand, url } = request;
  const form = await captchaForm(challenge, token);
  if (form === undefined) return unsolved(request, "it stands in no form that could be sent without Chromium");
  const alone = makeRung(rung.vehicle, rung.tier);
  const headers = { ...request.headers, ...form.headers };
  const sent = await next({ ...request, ...form, headers, rung: { ...rung, cost: rung.cost - alone.cost } });
  const isThere = sent.url.origin + sent.url.pathname + sent.url.search === url.origin + url.pathname + url.search;
  if (isThere || sent.status === null || sent.status >= 400) return sent;
  errand.goesOn("the CAPTCHA's form was sent: the page itself");
  return next({ ...request, rung: alone });
}

/** How long the page may take to let us in, in milliseconds: sites check the token, and load something else then. */
const ADMITTED_AFTER = 3000;

/** What the step with the token comes to where the page has stayed: it is none of the user's. */
const STAYED = "heddle: the token was put in, and the page has stayed";

/**
 * What Chromium is told where there is a token. The page that is waited for is the one behind the CAPTCHA, and that begins
 * when the first one ends, and with it the step.
 */
export function withToken(token: string, render: RenderOptions): RenderOptions {
  const { waitFor = "load", steps = [] } = render;
  const inPage: Application = { token, fields: TOKEN_FIELDS, patience: ADMITTED_AFTER, stayed: STAYED };
  const evaluate = `(${applyToken.toString()})(${JSON.stringify(inPage)})`;
  const own: RenderStep[] = [
    { evaluate, optional: true },
    { wait: "load" },
    { wait: waitFor, ...(render.timeout === undefined ? {} : { timeout: render.timeout }) },
  ];
  return { ...render, waitFor: "load", steps: [...own, ...steps] };
}

/** What the user's own steps came to. */
export function withoutOwn(rendered: RenderResult): RenderResult {
  return { ...rendered, evaluated: rendered.evaluated.filter((each) => each !== STAYED) };
}

/**
 * Runs in the page. Every kind of widget has a field for its token, and most a function of the site's that waits for it; where
 * there is none, the form around the field is sent.
 */
function applyToken({ token, fields: names, patience, stayed }: Application): Promise<string> {
  const page = globalThis as unknown as Record<string, unknown> & PageOfBrowser;
  const { document } = page;
  const fields = [...document.querySelectorAll(names.map((name) => `[name="${name}"], #${name}`).join(", "))];
  for (const field of fields) field.value = token;
  const [widget] = document.querySelectorAll("[data-callback]");
  const callback = page[widget?.getAttribute("data-callback") ?? ""];
  try {
    if (typeof callback === "function") callback(token);
    else fields[0]?.form?.submit();
  } catch {
    // It is the site's own.
  }
  return new Promise((resolve) => page.setTimeout(() => resolve(stayed), patience));
}

/** What is done in the page. */
interface Application {
  readonly token: string;
  /** The names of the fields that tokens go into. */
  readonly fields: readonly string[];
  /** How long the page may take to let us in, in milliseconds. */
  readonly patience: number;
  /** What it comes to where the page has stayed. */
  readonly stayed: string;
}

/** As much of a page's world as is needed here. */
interface PageOfBrowser {
  setTimeout(fn: () => void, ms: number): unknown;
  readonly document: {
    querySelectorAll(css: string): Iterable<{
      value: string;
      readonly form: { submit(): void } | null;
      getAttribute(name: string): string | null;
    }>;
  };
}
