import { createHash } from "node:crypto";
import { invalid } from "../ground/check.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { CookieJarJson } from "../store/cookieJar.js";

/** Sessions as plain data, to be kept in a file. It has their cookies in it: whoever has it is signed in as they are. */
export interface SavedSessions {
  readonly version: 1;
  readonly sessions: readonly SavedSession[];
}

export interface SavedSession {
  /** Whose it is: the `session` of its pages. */
  readonly key: string;
  readonly cookies: CookieJarJson;
  /** Tells its proxy from others, without the credentials of that; null if it has none. */
  readonly proxy: string | null;
  readonly identity: string | null;
}

/** What tells a proxy from all others, credentials and all, and does not say them. */
export function markOf(route: ProxyRoute): string {
  return createHash("sha256").update(route.url.href).digest("hex").slice(0, 32);
}

/** @throws InvalidArgumentError for what is no such thing; what is wrong with its cookies is said by their jar */
export function checkSaved(doing: string, value: unknown): asserts value is SavedSessions {
  const { version, sessions } = (value ?? {}) as Partial<SavedSessions>;
  if (version !== 1 || !Array.isArray(sessions)) throw invalid(doing, "sessions must come from saveSessions()", value);
  for (const session of sessions as unknown[]) {
    const { key, proxy, identity } = (session ?? {}) as Partial<SavedSession>;
    const isName = (name: unknown): boolean => name === null || (typeof name === "string" && name !== "");
    if (typeof key === "string" && key !== "" && isName(proxy) && isName(identity)) continue;
    throw invalid(
      doing,
      "sessions must come from saveSessions(), each with a key, cookies, proxy and identity",
      session,
    );
  }
}
