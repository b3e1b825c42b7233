/**
 * `text` as a URL, undefined if it is none. Not by `URL.canParse()`: Node 20's, as soon as it is hot, reads Latin-1
 * strings as if they were UTF-8, and takes `https:/xü` for none, or what is none for one.
 */
export function urlOf(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** A URL as it was written, but for a password in it. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\s*https?:\/\/[^/?#@:]*):[^/?#@]*@/i, "$1:***@");
}
