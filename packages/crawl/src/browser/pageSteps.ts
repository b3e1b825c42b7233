import { cancellable, isCancelled, sleep, TimeoutError, timeout } from "heddle";
import type { Page } from "playwright-core";
import { seconds } from "../ground/errors.js";
import type { RenderStep } from "../ground/render.js";
import { elementOf, nameOfWait, waitForPage } from "./pageWait.js";
import { firstLine, stepFailed } from "./renderFailure.js";

/** The longest time for a step that has none of its own, in milliseconds. */
const STEP_TIMEOUT = 10_000;

/** Between scrolls, so that the page can load what has come into view. In milliseconds. */
const SCROLL_PAUSE = 250;

export interface RunStepsOptions {
  url: URL;
  /** Hears what is being done, as in `step 2 of 3, click "#buy"`. */
  onStep: (doing: string) => void;
  /** What `evaluate` steps come to is put here. */
  evaluated: unknown[];
}

/**
 * Does the steps, one after the other.
 *
 * If cancelled: throws `CancelledError` at once; the page has to be closed for the browser to give up.
 *
 * @throws FetchError with the code "RENDER_STEP", which names the step and says what was wrong
 */
export async function runSteps(page: Page, steps: readonly RenderStep[], options: RunStepsOptions): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const name = `step ${index + 1} of ${steps.length}, ${nameOfStep(step)}`;
    options.onStep(name);
    const most = step.timeout ?? STEP_TIMEOUT;
    try {
      await timeout(most, () => runStep(page, step, options.evaluated));
    } catch (error) {
      if (isCancelled(error) || page.isClosed()) throw error;
      if (step.optional !== true) throw stepFailed(options.url, name, await reasonOf(page, step, error, most));
    }
  }
}

async function runStep(page: Page, step: RenderStep, evaluated: unknown[]): Promise<void> {
  if ("click" in step) await cancellable(elementOf(page, step.click).click({ timeout: 0 }));
  else if ("fill" in step) await cancellable(elementOf(page, step.fill).fill(step.value, { timeout: 0 }));
  else if ("press" in step) await press(page, step.press, step.in);
  else if ("scroll" in step) await scroll(page, step.scroll, step.times ?? 1);
  else if ("wait" in step) await waitForStep(page, step.wait);
  else evaluated.push(await cancellable(page.evaluate(step.evaluate)));
}

async function press(page: Page, key: string, selector: string | undefined): Promise<void> {
  if (selector === undefined) await cancellable(page.keyboard.press(key));
  else await cancellable(elementOf(page, selector).press(key, { timeout: 0 }));
}

async function scroll(page: Page, target: number | string | { selector: string }, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    if (n > 0) await sleep(SCROLL_PAUSE);
    if (typeof target === "object") {
      await cancellable(elementOf(page, target.selector).scrollIntoViewIfNeeded({ timeout: 0 }));
    } else if (typeof target === "number") {
      await cancellable(page.evaluate(`window.scrollBy(0, ${target})`));
    } else {
      const to = target === "top" ? "0" : "document.documentElement.scrollHeight";
      await cancellable(page.evaluate(`window.scrollTo(0, ${to})`));
    }
  }
}

/** A step that waits for a time waits from now. */
function waitForStep(page: Page, wait: string | number): Promise<void> {
  return typeof wait === "number" ? sleep(wait) : waitForPage(page, wait);
}

function nameOfStep(step: RenderStep): string {
  if ("click" in step) return `click ${JSON.stringify(step.click)}`;
  if ("fill" in step) return `fill ${JSON.stringify(step.fill)}`;
  if ("press" in step) return `press ${JSON.stringify(step.press)}`;
  if ("scroll" in step) return `scroll ${JSON.stringify(step.scroll)}`;
  if ("wait" in step) return `wait for ${typeof step.wait === "number" ? `${step.wait} ms` : nameOfWait(step.wait)}`;
  const { evaluate } = step;
  return `evaluate ${JSON.stringify(evaluate.length > 60 ? `${evaluate.slice(0, 60)}…` : evaluate)}`;
}

/** How long a page gets to say how many elements there are, in milliseconds. */
const COUNT_TIMEOUT = 3000;

async function reasonOf(page: Page, step: RenderStep, error: unknown, most: number): Promise<string> {
  if (!(error instanceof TimeoutError)) return firstLine(error);
  const selector = selectorOf(step);
  if (selector === undefined) return `it has not ended within ${seconds(most)}`;
  const count = await countOf(page, selector);
  if (count === undefined) return `it has not ended within ${seconds(most)}, nor does the page say why`;
  if (count === 0) return `nothing on the page matches within ${seconds(most)}`;
  return `the element cannot be used within ${seconds(most)}: it is hidden, covered, disabled, or moves`;
}

async function countOf(page: Page, selector: string): Promise<number | undefined> {
  try {
    return await timeout(COUNT_TIMEOUT, () => cancellable(elementOf(page, selector).count()));
  } catch (error) {
    if (isCancelled(error)) throw error;
    return undefined;
  }
}

function selectorOf(step: RenderStep): string | undefined {
  if ("click" in step) return step.click;
  if ("fill" in step) return step.fill;
  if ("press" in step) return step.in;
  if ("scroll" in step) return typeof step.scroll === "object" ? step.scroll.selector : undefined;
  return undefined;
}
