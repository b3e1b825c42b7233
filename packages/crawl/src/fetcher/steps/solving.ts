import { cancellable, isCancelled } from "heddle";
import type { RenderStep } from "../../ground/render.js";
import type { Solve } from "../challenge.js";
import type { Step } from "../step.js";

/**
 * On the rungs that have a solver: hands the CAPTCHA that was met to the user's function, and puts the token that it gives
 * into the page, as the CAPTCHA's own script would. What the function throws is told in the evidence.
 */
export function solving(solve: Solve): Step {
  return async (request, next) => {
    const { challenge, errand, rung } = request;
    if (!rung.solves || challenge === undefined) return next(request);
    try {
      const token = await cancellable(Promise.resolve(solve(challenge)));
      return await next({ ...request, token });
    } catch (error) {
      if (isCancelled(error) || request.errand.current === undefined) throw error;
      errand.evidence.push(`the CAPTCHA was not solved: ${error instanceof Error ? error.message : String(error)}`);
      return request.errand.current;
    }
  };
}

/** How long the page may take to let us in, in milliseconds: sites check the token, and load something else then. */
const ADMITTED_AFTER = 3000;

/** What is to be done in Chromium with a token. */
export function tokenSteps(token: string): readonly RenderStep[] {
  return [{ evaluate: `(${applyToken.toString()})(${JSON.stringify(token)})` }, { wait: ADMITTED_AFTER }];
}

/**
 * Runs in the page. Every kind of widget has a field for its token, and most a function of the site's that waits for it; where
 * there is none, the form around the field is sent.
 */
function applyToken(token: string): void {
  const page = globalThis as unknown as Record<string, unknown> & PageOfBrowser;
  const names = ["g-recaptcha-response", "h-captcha-response", "cf-turnstile-response", "smart-token"];
  const fields = [...page.document.querySelectorAll(names.map((name) => `[name="${name}"], #${name}`).join(", "))];
  for (const field of fields) field.value = token;
  const [widget] = page.document.querySelectorAll("[data-callback]");
  const callback = page[widget?.getAttribute("data-callback") ?? ""];
  if (typeof callback === "function") callback(token);
  else fields[0]?.form?.submit();
}

/** As much of a page's world as is needed here. */
interface PageOfBrowser {
  readonly document: {
    querySelectorAll(css: string): Iterable<{
      value: string;
      readonly form: { submit(): void } | null;
      getAttribute(name: string): string | null;
    }>;
  };
}
