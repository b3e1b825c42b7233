export interface ChromiumFlags {
  /** The folder of the profile. */
  profile: string;
  sandbox: boolean;
  /** `scheme://host:port` of the proxy for all that has no other. */
  proxy?: string | undefined;
  /** The largest heap of a page's scripts, in MiB. */
  heapLimit: number;
  /** Whether shared memory has to lie in files, as `/dev/shm` is too small. */
  smallShm: boolean;
  /** To be added at the end. */
  extra: readonly string[];
}

/** Services of the browser's maker, and comforts of a window that nobody sits before. */
const FEATURES_OFF: readonly string[] = [
  // These ask somebody on the internet by themselves.
  "AimEnabled",
  "AutofillServerCommunication",
  "CertificateTransparencyComponentUpdater",
  "DialMediaRouteProvider",
  "GlobalMediaControls",
  "InterestFeedContentSuggestions",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationGuideModelDownloading",
  "OptimizationHints",
  "OptimizationHintsFetching",
  "OptimizationTargetPrediction",
  "PreconnectToSearch",
  "Translate",
  // http stays http: what was asked for is what is fetched.
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  // A process that is kept for the next page, and the surface of a window that nobody sees.
  "InitialWebUI",
  "PreloadTopChromeWebUI",
  "SpareRendererForSitePerProcess",
  "WebUIBackForwardButton",
  "WebUIHomeButton",
  "WebUILocationBar",
  "WebUIReloadButton",
  "WebUISplitTabsButton",
  "WebUIToolbar",
  // The driver misses events, or waits for ones that do not come, with these on.
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "PaintHolding",
];

const FEATURES_ON: readonly string[] = ["CDPScreenshotNewSurface", "SkipListAccountsWithoutGaiaCookies"];

const NOWHERE = "http://127.0.0.1:1/";

/**
 * The command line of Chromium. Nothing goes out that no page has asked for: no updates, no experiments, no reports, no
 * look-ups ahead of time. What protects against a page (the sandbox, the isolation of sites, the pop-up blocker, the
 * limit on floods of navigations) stays on.
 */
export function chromiumFlags(options: ChromiumFlags): string[] {
  const { profile, sandbox, proxy, heapLimit, smallShm, extra } = options;
  return [
    "--headless",
    // A pipe, and no port that any program on this machine, or a page, could talk to. It ends with us.
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
    "--no-startup-window",
    ...(sandbox ? [] : ["--no-sandbox"]),

    // No traffic of its own.
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-field-trial-config",
    "--disable-sync",
    "--dns-prefetch-disable",
    // What asks all the same asks at a port that Chromium itself does not let anybody use.
    `--component-updater=url-source=${NOWHERE}`,
    `--gaia-url=${NOWHERE}`,
    "--no-pings",

    // Nobody sits before it.
    "--disable-component-extensions-with-background-pages",
    "--disable-extensions",
    "--disable-prompt-on-repost",
    "--disable-search-engine-choice-screen",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-default-browser-check",
    // Of the Chromium without windows, which else opens as many as a page likes. The others block them by themselves.
    "--block-new-web-contents",
    "--no-first-run",
    "--password-store=basic",
    "--use-mock-keychain",
    // A mouse, as on the desktops for which pages are made.
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",

    // No page is in front of another: each works as the front one does.
    "--disable-back-forward-cache",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-hang-monitor",
    "--disable-renderer-backgrounding",
    "--allow-pre-commit-input",
    "--enable-unsafe-swiftshader",
    "--force-color-profile=srgb",

    // No packet past the proxy.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    ...proxyFlags(proxy),

    `--js-flags=--max-old-space-size=${heapLimit}`,
    ...(smallShm ? ["--disable-dev-shm-usage"] : []),
    `--disable-features=${FEATURES_OFF.join(",")}`,
    `--enable-features=${FEATURES_ON.join(",")}`,
    ...extra,
  ];
}

/** Without a proxy, none: the environment and the desktop have no say. */
function proxyFlags(proxy: string | undefined): string[] {
  if (proxy === undefined) return ["--no-proxy-server"];
  const { hostname } = new URL(proxy);
  return [
    `--proxy-server=${proxy}`,
    // Chromium would go directly to this machine itself.
    "--proxy-bypass-list=<-loopback>",
    // And whatever looks up a name by itself finds none.
    `--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${hostname.replace(/^\[|\]$/g, "")}`,
    "--disable-quic",
  ];
}
