import { Cookie } from "tough-cookie";
import { invalid } from "../ground/check.js";

/** A cookie as it is written down. */
export interface StoredCookie {
  readonly name: string;
  readonly value: string;
  /** Without a dot in front. */
  readonly domain: string;
  /** Whether it is for that host alone, or for those below it too. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** In milliseconds since 1970; null for one that a browser forgets at its end. */
  readonly expires: number | null;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite?: "strict" | "lax" | "none";
}

export function toStored(cookie: Cookie): StoredCookie {
  const { key, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite } = cookie;
  return {
    name: key,
    value,
    domain: domain ?? "",
    hostOnly: hostOnly ?? true,
    path: path ?? "/",
    expires: expires instanceof Date ? expires.getTime() : null,
    secure,
    httpOnly,
    ...(isSameSite(sameSite) && { sameSite }),
  };
}

/** @throws InvalidArgumentError for what is no such cookie */
export function fromStored(doing: string, stored: StoredCookie): Cookie {
  const { name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite } = stored ?? {};
  const isCookie =
    [name, value, domain, path].every((text) => typeof text === "string") &&
    [hostOnly, secure, httpOnly].every((flag) => typeof flag === "boolean") &&
    domain !== "" &&
    path.startsWith("/") &&
    (expires === null || Number.isFinite(expires)) &&
    (sameSite === undefined || isSameSite(sameSite));
  if (!isCookie) throw invalid(doing, "each must be a cookie as toJSON() gives it", stored);
  const when = expires === null ? null : new Date(expires);
  const rest = sameSite === undefined ? {} : { sameSite };
  return new Cookie({ key: name, value, domain, hostOnly, path, expires: when, secure, httpOnly, ...rest });
}

function isSameSite(value: unknown): value is "strict" | "lax" | "none" {
  return value === "strict" || value === "lax" || value === "none";
}
