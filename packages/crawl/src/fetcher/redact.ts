/** What stands in place of a secret. */
const HIDDEN = "***";

/** Names of query parameters, headers and fields whose values are nobody else's business. */
const SECRET_NAME =
  /^(.*[-_.])?(api[-_]?key|key|token|auth|auth[-_]?key|auth[-_]?token|access[-_]?token|refresh[-_]?token|id[-_]?token|secret|client[-_]?secret|password|passwd|pwd|pass|session|sessionid|session[-_]?id|sid|jwt|signature|sig|credential|credentials|code)$/i;

const SECRET_HEADER = /^(authorization|proxy-authorization|cookie|cookie2|set-cookie|set-cookie2|www-authenticate)$/i;

/** Whether the value of a header is a secret: credentials, cookies, keys. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name) || SECRET_NAME.test(name);
}

/** A URL that can be shown: without credentials, and without the values of parameters that look like keys. */
export function redactUrl(url: string | URL): string {
  const text = typeof url === "string" ? url : url.href;
  if (!/[@?#]/.test(text)) return text;
  if (!URL.canParse(text)) return redactText(text);
  const shown = new URL(text);
  let isChanged = shown.username !== "" || shown.password !== "";
  if (isChanged) {
    shown.username = HIDDEN;
    shown.password = "";
  }
  const search = redactQuery(shown.search);
  const hash = redactQuery(shown.hash);
  isChanged ||= search !== shown.search || hash !== shown.hash;
  if (!isChanged) return text;
  shown.search = search;
  shown.hash = hash;
  return shown.href;
}

/** Headers that can be shown. */
export function redactHeaders<T>(headers: Readonly<Record<string, T>>): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name) ? HIDDEN : value]),
  );
}

const URL_IN_TEXT = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>`]+/gi;
const HEADER_IN_TEXT = /\b((?:proxy-)?authorization|(?:set-)?cookie2?)(["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi;
const SCHEME_IN_TEXT = /\b(bearer|basic)\s+[\w+/=.~-]{6,}/gi;

/** A message that can be shown, whatever it quotes. */
export function redactText(text: string): string {
  return text
    .replace(URL_IN_TEXT, (url) => (URL.canParse(url) ? redactUrl(url) : url.replace(/\/\/[^/@\s]*@/, `//${HIDDEN}@`)))
    .replace(HEADER_IN_TEXT, `$1$2${HIDDEN}`)
    .replace(SCHEME_IN_TEXT, `$1 ${HIDDEN}`);
}

/** The query as it came, but for values of secrets: what else is in it keeps its form. */
function redactQuery(query: string): string {
  return query.replace(/([?&#;])([^=&#;]+)=([^&#;]*)/g, (all, before: string, name: string) =>
    SECRET_NAME.test(safeDecode(name)) ? `${before}${name}=${HIDDEN}` : all,
  );
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
