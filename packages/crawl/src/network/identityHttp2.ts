/**
 * The HTTP/2 settings of Chromium, measured with Chromium 156. The library's profiles have all of them but the weight of
 * the first page, and what is given replaces all.
 */
const CHROMIUM = {
  http2Options: {
    headerTableSize: 65_536,
    enablePush: false,
    initialWindowSize: 6_291_456,
    maxHeaderListSize: 262_144,
    // Of which a connection has 65 535 without asking.
    initialConnectionWindowSize: 15_728_640,
    settingsOrder: ["HeaderTableSize", "EnablePush", "InitialWindowSize", "MaxHeaderListSize"],
    headersPseudoOrder: ["Method", "Authority", "Scheme", "Path"],
    headersStreamDependency: { dependencyId: 0, weight: 255, exclusive: true },
  },
};

/** Since when these settings have been as they are, by the number in a profile's name. */
const SINCE: Readonly<Record<string, number>> = { chrome: 131, edge: 131, opera: 116 };

/** What is to be changed of a profile, as the library takes it. */
export function http2Of(profile: string): { emulation?: object } {
  const [family = "", version = ""] = profile.split("_");
  const since = Object.hasOwn(SINCE, family) ? SINCE[family] : undefined;
  return since !== undefined && Number(version) >= since ? { emulation: CHROMIUM } : {};
}
