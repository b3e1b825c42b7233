import { invalid } from "../ground/check.js";

export type IdentitySystem = "windows" | "macos" | "linux" | "android" | "ios";

export interface Identity {
  /** Of the profile: "chrome_149". */
  readonly profile: string;
  readonly system: IdentitySystem;
  readonly isChromium: boolean;
}

export const IDENTITY_SYSTEMS: readonly IdentitySystem[] = ["windows", "macos", "linux", "android", "ios"];

const HERE: Readonly<Record<string, IdentitySystem>> = { win32: "windows", darwin: "macos", linux: "linux" };

/**
 * An identity by its name: a profile, and after an "@" the system on which the browser says that it runs:
 * `"chrome_149@windows"`. Without one it is the system of this machine, as packets show that too; some browsers exist
 * on one system only.
 *
 * @throws InvalidArgumentError for a profile that there is not
 */
export function identityOf(name: string, profiles: readonly string[], resolve: (alias: string) => string): Identity {
  const doing = "speak as a browser";
  if (typeof name !== "string") throw invalid(doing, "the identity must be a string", name);
  const [alias = "", system, ...rest] = name.split("@");
  if (rest.length > 0 || (system !== undefined && !IDENTITY_SYSTEMS.includes(system as IdentitySystem))) {
    throw invalid(doing, `the system is ${IDENTITY_SYSTEMS.join(", ")}, as in "chrome_149@windows"`, name);
  }
  const profile = profiles.includes(alias) ? alias : resolveAlias(alias, resolve);
  if (profile === undefined || !profiles.includes(profile)) {
    const family = alias.split("_")[0] as string;
    const near = profiles.filter((each) => each.startsWith(family)).slice(-3);
    const known = near.length > 0 ? near : profiles.slice(-3);
    throw invalid(doing, `there is no such profile (perhaps ${known.join(", ")})`, name);
  }
  return {
    profile,
    system: (system as IdentitySystem | undefined) ?? systemOf(profile),
    isChromium: /^(chrome|edge|opera)_/.test(profile),
  };
}

function resolveAlias(alias: string, resolve: (alias: string) => string): string | undefined {
  try {
    return resolve(alias);
  } catch {
    return undefined;
  }
}

function systemOf(profile: string): IdentitySystem {
  if (/^safari_(ios|ipad)/.test(profile)) return "ios";
  if (/^safari/.test(profile)) return "macos";
  if (/^okhttp|android/.test(profile)) return "android";
  return HERE[process.platform] ?? "linux";
}
