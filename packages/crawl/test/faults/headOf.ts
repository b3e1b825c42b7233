/** A status line and headers, with the empty line after them; a header with several values comes several times. */
export function headOf(status: number, headers: Readonly<Record<string, string | readonly string[]>> = {}): string {
  const all = { "content-type": "text/html; charset=utf-8", ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((each) => `${name}: ${each}\r\n`),
  );
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join("")}\r\n`;
}
