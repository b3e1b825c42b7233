/** What holds where the options of a fetch say nothing. Durations are milliseconds, sizes are bytes. */
export const FETCH_DEFAULTS = {
  concurrency: 64,
  /** What a browser opens to a host, so no server meets anything unusual. */
  perHost: 6,
  /** How far ahead URLs are taken while others wait for their host or a retry, as a multiple of the concurrency. */
  window: 16,
  /** The same where order counts: finished pages wait in the window then, and take up memory. */
  orderedWindow: 4,
  timeout: 30_000,
  stallTimeout: 15_000,
  /** For a page as a whole. */
  deadline: 600_000,
  retries: 3,
  /** Retries for each page that is asked of a host. */
  retryBudget: 0.5,
  maxRetryAfter: 300_000,
  maxRedirects: 20,
  maxBytes: 10_485_760,
  /** robots.txt is obeyed. */
  robots: true,
  /** One plain request: nothing is tried that nobody has asked for. */
  maxCost: 1,
  userAgent: "heddle/0.1",
} as const;
