/** The directives of a `Cache-Control` field, with names in lower case; true for those without a value. */
export type CacheControl = Readonly<Record<string, string | true>>;

/** A name, and after a `=` a token or a string in quotes, which may hold commas. */
const DIRECTIVE = /([^\s,;="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;

/**
 * Reads a `Cache-Control` field by RFC 9111, section 5.2. Of several of the same name the first counts. Whoever has no
 * such field but an old `Pragma: no-cache` means the same (section 5.4).
 */
export function cacheControl(field: string | undefined, pragma?: string): CacheControl {
  const directives: Record<string, string | true> = Object.create(null);
  if (field === undefined) {
    if (pragma !== undefined && /\bno-cache\b/i.test(pragma)) directives["no-cache"] = true;
    return directives;
  }
  for (const [, name = "", quoted, token] of field.matchAll(DIRECTIVE)) {
    directives[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, "$1") ?? token ?? true;
  }
  return directives;
}

/** A directive that is a number of seconds, in milliseconds; undefined if it is not there, 0 if it makes no sense. */
export function durationOf(control: CacheControl, name: string): number | undefined {
  const value = control[name];
  if (value === undefined) return undefined;
  return value !== true && /^\d+$/.test(value) ? Number(value) * 1000 : 0;
}
