/**
 * What must not be seen in logs, messages and records: the credentials of URLs, keys in their queries, and the
 * headers that carry secrets.
 */
const HIDDEN = "***";

/** Header fields whose values are secrets, with names in lower case. */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "set-cookie2",
  "x-api-key",
  "x-auth-token",
  "x-csrf-token",
  "x-xsrf-token",
  "x-amz-security-token",
]);

/** Names that say by a part of theirs that the value is a secret: `X-Acme-Api-Key`, `client_secret`. */
const SECRET_NAME =
  /(^|[^a-z])(api|access|auth|private|secret|session|client|x)?[-_]?(keys?|tokens?|secrets?|passw(or)?ds?|passwd|pwd|signatures?|sig|credentials?|jwt|sid)$/i;

/** What looks like one of those and is none. */
const HARMLESS: ReadonlySet<string> = new Set(["sort_key", "sortkey", "primary_key", "next_token", "page_token"]);

/** Of a URL: scheme, then credentials up to the last "@" before the path. */
const CREDENTIALS = /\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#"<>]*@/gi;

/** Of a query or a fragment, or of a form: a name and its value. */
const PAIR = /([?&#;])([^=&#\s"'<>?;]+)=([^&#\s"'<>;]*)/g;

/** A header field in a text: the name, a colon, the rest of the line. */
const FIELD =
  /\b((?:proxy-)?authorization|(?:set-)?cookie2?|x-(?:api-key|auth-token|csrf-token|xsrf-token)|x-amz-security-token)(["']?\s*[:=]\s*)([^\r\n]*)/gi;

/**
 * A text, or a URL, without its secrets: the credentials of every URL in it, the values of query keys such as
 * `api_key` and `token`, and header fields such as `Authorization: …` up to the end of their line. Whatever it is
 * given, it throws nothing.
 */
export function redact(text: string | URL): string {
  return String(text)
    .replace(FIELD, (_all, name: string, colon: string) => `${name}${colon}${HIDDEN}`)
    .replace(CREDENTIALS, (_all, scheme: string) => `${scheme}${HIDDEN}@`)
    .replace(PAIR, (all: string, mark: string, name: string) =>
      isSecretName(name) ? `${mark}${name}=${HIDDEN}` : all,
    );
}

/** Header fields with the values of the secret ones hidden, and the URLs in all others redacted. */
export function redactHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const shown: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const isSecret = SECRET_HEADERS.has(name.toLowerCase()) || isSecretName(name);
    const one = (each: string): string => (isSecret ? HIDDEN : redact(each));
    shown[name] = Array.isArray(value) ? value.map(one) : one(value);
  }
  return shown;
}

function isSecretName(name: string): boolean {
  const plain = unescaped(name);
  return SECRET_NAME.test(plain) && !HARMLESS.has(plain.toLowerCase());
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
