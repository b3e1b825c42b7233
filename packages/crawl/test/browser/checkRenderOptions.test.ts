import { describe, expect, it } from "vitest";
import { checkRenderOptions } from "../../src/browser/checkRenderOptions.js";
import type { RenderOptions } from "../../src/ground/render.js";

const check = (options: unknown) => (): void => checkRenderOptions(options as RenderOptions);

describe("checkRenderOptions()", () => {
  it("lets through what makes sense", () => {
    check({})();
    check({
      waitFor: "networkidle",
      blockResources: ["image", "frame"],
      steps: [
        { click: "a" },
        { fill: "a", value: "" },
        { press: "Enter", in: "a", timeout: 5, optional: true },
        { scroll: -5 },
        { scroll: "bottom", times: 3 },
        { scroll: { selector: "a" } },
        { wait: 0 },
        { evaluate: "1" },
      ],
      screenshot: { selector: "a" },
      viewport: { width: 1, height: 8192, scale: 0.5, mobile: true },
      userAgent: "x",
      locale: "de-CH",
      headers: { "x-y": "z" },
      cookies: [{ name: "a", value: "", sameSite: "Lax" }],
      session: "s",
      timeout: 1,
      partial: true,
    })();
  });

  it.each([
    [{ waitfor: 1 }, "the options are waitFor"],
    [{ waitFor: -1 }, "waitFor must be a number of milliseconds"],
    [{ waitFor: " " }, "waitFor must be"],
    [{ waitFor: Infinity }, "waitFor must be"],
    [{ blockResources: "image" }, "blockResources must be an array"],
    [{ blockResources: ["images"] }, 'blockResources may name image, .*: received "images"'],
    [{ steps: {} }, "steps must be an array"],
    [{ steps: [{ click: "a" }, null] }, "step 2 must be an object"],
    [{ steps: [{}] }, "step 1 must have one of click, fill"],
    [{ steps: [{ click: "a", fill: "b" }] }, 'step 1 must have one of .*: received "click, fill"'],
    [
      { steps: [{ click: "a", value: "b" }] },
      'the fields of step 1, click, are click, timeout, optional: received "value"',
    ],
    [{ steps: [{ fill: "a" }] }, "value of step 1 must be a string"],
    [{ steps: [{ click: 5 }] }, "click of step 1 must be a string"],
    [{ steps: [{ press: "" }] }, "press of step 1 must be a string"],
    [{ steps: [{ scroll: "up" }] }, "scroll of step 1 must be a number of pixels"],
    [{ steps: [{ scroll: Number.NaN }] }, "scroll of step 1 must be"],
    [{ steps: [{ scroll: 1, times: 0 }] }, "times of step 1 must be a whole number, 1 to 100"],
    [{ steps: [{ wait: "" }] }, "wait of step 1 must be"],
    [{ steps: [{ wait: 1, timeout: 0 }] }, "timeout of step 1 must be"],
    [{ steps: [{ wait: 1, optional: 1 }] }, "optional of step 1 must be true or false"],
    [{ steps: [{ evaluate: () => 1 }] }, "evaluate of step 1 must be a string"],
    [{ screenshot: false }, 'screenshot must be true, "full" or { selector }'],
    [{ screenshot: { selector: "" } }, "selector of screenshot must be a string"],
    [{ viewport: { width: 0, height: 1 } }, "width of viewport must be a whole number, 1 to 8192"],
    [{ viewport: { width: 1, height: 1, scale: 5 } }, "scale of viewport"],
    [{ viewport: { width: 1, height: 1, depth: 5 } }, "the options are width"],
    [{ locale: "!" }, 'locale must be a language tag such as "de-DE"'],
    [{ userAgent: 5 }, "userAgent must be a string"],
    [{ headers: { "a b": "c" } }, "headers must have names of header fields"],
    [{ headers: { a: "b\r\nc: d" } }, "header a must be a string of one line"],
    [{ cookies: [{ name: "a" }] }, "value of cookie a must be a string"],
    [{ cookies: [{ name: "a", value: "b", sameSite: "lax" }] }, "sameSite of cookie a must be"],
    [{ timeout: 0 }, "timeout must be a number of milliseconds, 1 or more"],
    [{ timeout: Infinity }, "timeout must be"],
    [{ partial: "yes" }, "partial must be true or false"],
  ])("refuses %j", (options, message) => {
    expect(check(options)).toThrow(new RegExp(`^Cannot render a page as .*${message}`));
  });
});
