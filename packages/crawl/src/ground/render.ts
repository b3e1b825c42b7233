/** What a transport that renders does with a page. Only Chromium's transport takes it. */
export interface RenderOptions {
  /** What to wait for before anything is done with the page. Default "load". */
  readonly waitFor?: WaitFor | undefined;
  /** Kinds of resources that are not fetched. Default: none. */
  readonly blockResources?: readonly ResourceKind[] | undefined;
  /** What is done to the page when it has come, in this order. Default: nothing. */
  readonly steps?: readonly RenderStep[] | undefined;
  /** A picture to take at the end. Default: none. */
  readonly screenshot?: Screenshot | undefined;
  /** The size of the window. Default 1280 by 720. */
  readonly viewport?: Viewport | undefined;
  /** Default: the `user-agent` of the request, else Chromium's own. */
  readonly userAgent?: string | undefined;
  /** A language tag such as "de-DE". Default: the first of the request's `accept-language`, else "en-US". */
  readonly locale?: string | undefined;
  /**
   * Header fields beside those of the request, which they replace. They go to the origin that is asked for and to no
   * other, neither by a redirect nor for a resource of the page.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Beside those of the session. */
  readonly cookies?: readonly RenderCookie[] | undefined;
  /**
   * The name of a session, which keeps its cookies and storage from page to page. Requests of one session with different
   * proxies, user agents, locales or windows do not see each other's. Default: a request sees nothing of any other.
   */
  readonly session?: string | undefined;
  /** The longest time from an open page to the answer, in milliseconds, above 0. Default 30 000. */
  readonly timeout?: number | undefined;
  /**
   * The longest time in which nothing comes of the page's document, neither its headers nor a piece of its body, in
   * milliseconds. Default: no limit.
   */
  readonly stallTimeout?: number | undefined;
  /** A document that says that it is larger is not loaded, in bytes. Default: no limit. */
  readonly maxBytes?: number | undefined;
  /**
   * When the time is nearly up while it waits, or is at its steps: whether the page is taken as it is, and
   * `RenderResult.incomplete` says so. Default false: it fails.
   */
  readonly partial?: boolean | undefined;
}

export type WaitEvent = "load" | "domcontentloaded" | "networkidle";

/**
 * An event of the page ("networkidle": nothing was on the network for half a second), a number of milliseconds after
 * "load", or a selector: that of an element to be there, in CSS, or in XPath if it begins with "/".
 */
export type WaitFor = WaitEvent | (string & {}) | number;

/** "frame" stands for the documents of frames, with all that is in them. */
export type ResourceKind =
  | "image"
  | "media"
  | "font"
  | "stylesheet"
  | "script"
  | "xhr"
  | "fetch"
  | "texttrack"
  | "manifest"
  | "frame"
  | "other";

/** `true`: what the window shows. "full": the page from top to end. Else the first element that the selector finds. */
export type Screenshot = true | "full" | { readonly selector: string };

/** One action on the page. Selectors are as in `WaitFor`; the first element that is found is meant. */
export type RenderStep = RenderAction & {
  /** The longest time for it, in milliseconds. Default 10 000, and never longer than the whole may take. */
  readonly timeout?: number | undefined;
  /** Whether the work goes on if it fails: for what is not on every page. Default false. */
  readonly optional?: boolean | undefined;
};

export type RenderAction =
  | { readonly click: string }
  | { readonly fill: string; readonly value: string }
  /** A key such as "Enter" or "Control+A", with the element in focus, or with the one named. */
  | { readonly press: string; readonly in?: string | undefined }
  /** So many pixels down, to an end of the page, or to an element; that often, a quarter of a second apart. Default once. */
  | { readonly scroll: number | "bottom" | "top" | { readonly selector: string }; readonly times?: number | undefined }
  | { readonly wait: WaitFor }
  /** An expression in JavaScript. A promise is waited for; the result goes to `RenderResult.evaluated`. */
  | { readonly evaluate: string };

export interface Viewport {
  /** In CSS pixels, 1 to 8192. */
  readonly width: number;
  /** In CSS pixels, 1 to 8192. */
  readonly height: number;
  /** Pixels of a picture for each CSS pixel, above 0 to 4. Default 1. */
  readonly scale?: number | undefined;
  /** Whether the page is told that it is on a telephone with a touch screen. Default false. */
  readonly mobile?: boolean | undefined;
}

export interface RenderCookie {
  readonly name: string;
  readonly value: string;
  /** Default: the host that is asked for, and no other. */
  readonly domain?: string | undefined;
  /** Default "/". */
  readonly path?: string | undefined;
  /** When it ends, in seconds since 1970; -1, the default: with the session. */
  readonly expires?: number | undefined;
  readonly httpOnly?: boolean | undefined;
  readonly secure?: boolean | undefined;
  readonly sameSite?: "Strict" | "Lax" | "None" | undefined;
}

/** What there is besides the answer itself. */
export interface RenderResult {
  /** The page as it stood in the end; empty for an answer that is no HTML. The body has the same. */
  readonly html: string;
  /** As PNG. */
  readonly screenshot?: Uint8Array | undefined;
  /** What each `evaluate` step came to, in their order. */
  readonly evaluated: readonly unknown[];
  /** Errors that nobody caught, and what was logged as one; at most 100, each cut at 1000 characters. */
  readonly consoleErrors: readonly string[];
  /** How many requests the page has made, those that were blocked not counted. */
  readonly requests: number;
  /** How much has come over the network in the requests that have ended, the page itself included. */
  readonly bytes: number;
  /** How many requests of each kind were blocked. */
  readonly blocked: Readonly<Partial<Record<ResourceKind, number>>>;
  /** How often the page has navigated: 1 if it stayed where it was. */
  readonly navigations: number;
  /** Windows that it has opened, which were closed. */
  readonly popups: number;
  /** Dialogs that it has shown, which were dismissed. */
  readonly dialogs: number;
  /** Those of the session at the end. */
  readonly cookies: readonly RenderCookie[];
  /** What was still waited for or done when the page was taken as it was (see `RenderOptions.partial`). */
  readonly incomplete?: string | undefined;
}
