/** What a transport that renders does with a page. Only Chromium's transport takes it. */
export interface RenderOptions {
  /** What to wait for after the page has loaded: a CSS selector, an event, or so many milliseconds. */
  readonly waitFor?: string | number | { readonly event: "load" | "domcontentloaded" | "networkidle" };
  /** Kinds of resources that are not fetched. */
  readonly blockResources?: readonly string[];
  /** A picture of the window, of the page, or of the first element that a CSS selector finds. */
  readonly screenshot?: "viewport" | "page" | { readonly selector: string };
  /** What is done to the page, in this order. */
  readonly steps?: readonly RenderStep[];
  /** The longest time for all of it, in milliseconds. */
  readonly timeout?: number;
}

export type RenderStep =
  | { readonly click: string }
  | { readonly fill: string; readonly value: string }
  | { readonly scroll: number | "bottom" }
  | { readonly wait: number | string }
  | { readonly evaluate: string };

/** What there is besides the HTML. */
export interface RenderResult {
  /** As PNG. */
  readonly screenshot?: Uint8Array;
  /** What each `evaluate` step came to, in their order. */
  readonly evaluated?: readonly unknown[];
}
