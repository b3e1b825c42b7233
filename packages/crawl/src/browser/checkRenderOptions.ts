import { checkCount, checkDuration, checkObject, checkOptions, invalid } from "../ground/check.js";
import type { RenderOptions, RenderStep, ResourceKind } from "../ground/render.js";

const OPTIONS = [
  "waitFor",
  "blockResources",
  "steps",
  "screenshot",
  "viewport",
  "userAgent",
  "locale",
  "headers",
  "cookies",
  "session",
  "timeout",
  "stallTimeout",
  "maxBytes",
  "partial",
];

/** The kinds of resources that can be blocked. */
export const RESOURCE_KINDS: readonly ResourceKind[] = [
  "image",
  "media",
  "font",
  "stylesheet",
  "script",
  "xhr",
  "fetch",
  "texttrack",
  "manifest",
  "frame",
  "other",
];

/** The actions of steps, with the other fields that each may have. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  click: [],
  fill: ["value"],
  press: ["in"],
  scroll: ["times"],
  wait: [],
  evaluate: [],
};

const DOING = "render a page";

/** @throws InvalidArgumentError that names the field, and of a step its number */
export function checkRenderOptions(options: RenderOptions): void {
  checkOptions(DOING, options, OPTIONS);
  const { waitFor, blockResources, steps, screenshot, viewport, headers, cookies } = options;
  const { timeout, stallTimeout, maxBytes, partial } = options;
  if (waitFor !== undefined) checkWaitFor(waitFor, "waitFor");
  if (blockResources !== undefined) checkKinds(blockResources);
  if (steps !== undefined) checkSteps(steps);
  if (screenshot !== undefined) checkScreenshot(screenshot);
  if (viewport !== undefined) checkViewport(viewport);
  for (const name of ["userAgent", "locale", "session"] as const) {
    if (options[name] !== undefined) checkText(options[name], name);
  }
  if (options.locale !== undefined) checkLocale(options.locale);
  if (headers !== undefined) checkHeaders(headers);
  if (cookies !== undefined) checkCookies(cookies);
  if (timeout !== undefined) checkDuration(DOING, timeout, { what: "timeout", least: 1, finite: true });
  if (stallTimeout !== undefined) checkDuration(DOING, stallTimeout, { what: "stallTimeout", least: 1 });
  if (maxBytes !== undefined) checkCount(DOING, maxBytes, { what: "maxBytes", least: 1, orInfinity: true });
  checkFlag(partial, "partial");
}

function checkWaitFor(value: unknown, what: string): void {
  if (typeof value === "number") checkDuration(DOING, value, { what, finite: true });
  if (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) return;
  throw invalid(DOING, `${what} must be "load", "domcontentloaded", "networkidle", a selector or milliseconds`, value);
}

function checkKinds(kinds: unknown): void {
  if (!Array.isArray(kinds)) throw invalid(DOING, "blockResources must be an array", kinds);
  for (const kind of kinds as unknown[]) {
    if (RESOURCE_KINDS.includes(kind as ResourceKind)) continue;
    throw invalid(DOING, `blockResources may name ${RESOURCE_KINDS.join(", ")}`, kind);
  }
}

function checkSteps(steps: unknown): void {
  if (!Array.isArray(steps)) throw invalid(DOING, "steps must be an array", steps);
  for (const [index, step] of (steps as unknown[]).entries()) checkStep(step, `step ${index + 1}`);
}

function checkStep(step: unknown, what: string): void {
  checkObject(DOING, step, what);
  const fields = step as Record<string, unknown>;
  const [action, ...more] = Object.keys(ACTIONS).filter((name) => fields[name] !== undefined);
  if (action === undefined || more.length > 0) {
    throw invalid(DOING, `${what} must have one of ${Object.keys(ACTIONS).join(", ")}`, Object.keys(fields).join(", "));
  }
  const known = [action, ...(ACTIONS[action] as readonly string[]), "timeout", "optional"];
  for (const key of Object.keys(fields)) {
    if (!known.includes(key)) throw invalid(DOING, `the fields of ${what}, ${action}, are ${known.join(", ")}`, key);
  }
  checkAction(step as RenderStep, what);
  if (fields["timeout"] !== undefined) {
    checkDuration(DOING, fields["timeout"], { what: `timeout of ${what}`, least: 1, finite: true });
  }
  checkFlag(fields["optional"], `optional of ${what}`);
}

function checkAction(step: RenderStep, what: string): void {
  if ("click" in step) checkText(step.click, `click of ${what}`);
  else if ("fill" in step) {
    checkText(step.fill, `fill of ${what}`);
    if (typeof step.value !== "string") throw invalid(DOING, `value of ${what} must be a string`, step.value);
  } else if ("press" in step) {
    checkText(step.press, `press of ${what}`);
    if (step.in !== undefined) checkText(step.in, `in of ${what}`);
  } else if ("scroll" in step) checkScroll(step.scroll, step.times, what);
  else if ("wait" in step) checkWaitFor(step.wait, `wait of ${what}`);
  else checkText(step.evaluate, `evaluate of ${what}`);
}

function checkScroll(scroll: unknown, times: unknown, what: string): void {
  const isPlace = scroll === "bottom" || scroll === "top" || Number.isFinite(scroll);
  if (!isPlace) {
    if (typeof scroll !== "object" || scroll === null) {
      throw invalid(DOING, `scroll of ${what} must be a number of pixels, "bottom", "top" or { selector }`, scroll);
    }
    checkText((scroll as { selector?: unknown }).selector, `selector of ${what}`);
  }
  if (times !== undefined) checkCount(DOING, times, { what: `times of ${what}`, least: 1, most: 100 });
}

function checkScreenshot(value: unknown): void {
  if (value === true || value === "full") return;
  if (typeof value !== "object" || value === null || Object.keys(value).join() !== "selector") {
    throw invalid(DOING, 'screenshot must be true, "full" or { selector }', value);
  }
  checkText((value as { selector: unknown }).selector, "selector of screenshot");
}

function checkViewport(viewport: unknown): void {
  checkObject(DOING, viewport, "viewport");
  checkOptions(DOING, viewport, ["width", "height", "scale", "mobile"]);
  const { width, height, scale = 1, mobile } = viewport as Record<string, unknown>;
  checkCount(DOING, width, { what: "width of viewport", least: 1, most: 8192 });
  checkCount(DOING, height, { what: "height of viewport", least: 1, most: 8192 });
  if (typeof scale !== "number" || !(scale > 0 && scale <= 4)) {
    throw invalid(DOING, "scale of viewport must be a number above 0, to 4", scale);
  }
  checkFlag(mobile, "mobile of viewport");
}

function checkLocale(locale: string): void {
  try {
    if (Intl.getCanonicalLocales(locale).length === 1) return;
  } catch {
    // Said below, in our words.
  }
  throw invalid(DOING, 'locale must be a language tag such as "de-DE"', locale);
}

function checkHeaders(headers: unknown): void {
  checkObject(DOING, headers, "headers");
  for (const [name, value] of Object.entries(headers as object)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw invalid(DOING, "headers must have names of header fields", name);
    if (typeof value === "string" && !/[\r\n\0]/.test(value)) continue;
    throw invalid(DOING, `header ${name} must be a string of one line`, typeof value);
  }
}

/** The values of cookies are secrets, which no message shows. */
function checkCookies(cookies: unknown): void {
  if (!Array.isArray(cookies)) throw invalid(DOING, "cookies must be an array", cookies);
  for (const cookie of cookies as unknown[]) {
    checkObject(DOING, cookie, "a cookie");
    const known = ["name", "value", "domain", "path", "expires", "httpOnly", "secure", "sameSite"];
    checkOptions(DOING, cookie, known);
    const { name, value, sameSite } = cookie as Record<string, unknown>;
    checkText(name, "name of a cookie");
    if (typeof value !== "string") throw invalid(DOING, `value of cookie ${name} must be a string`, typeof value);
    if (sameSite !== undefined && !["Strict", "Lax", "None"].includes(sameSite as string)) {
      throw invalid(DOING, `sameSite of cookie ${name} must be Strict, Lax or None`, sameSite);
    }
  }
}

function checkText(value: unknown, what: string): void {
  if (typeof value !== "string" || value.trim() === "")
    throw invalid(DOING, `${what} must be a string, not empty`, value);
}

function checkFlag(value: unknown, what: string): void {
  if (value !== undefined && typeof value !== "boolean") throw invalid(DOING, `${what} must be true or false`, value);
}
