/** Seconds, then `;` or `,` or a space, then the address with or without `url=` and quotes. */
const REFRESH =
  /^[\t\n\f\r ]*(?:\d+|(?=\.))[\d.]*(?:[\t\n\f\r ]*[;,]|[\t\n\f\r ])[\t\n\f\r ]*(?:url[\t\n\f\r ]*=[\t\n\f\r ]*)?(.*)$/is;

/**
 * The address in the `content` of a `<meta http-equiv=refresh>` (WHATWG HTML, "shared declarative refresh steps");
 * undefined where the page only wants to be loaded again, or says nothing sensible.
 */
export function refreshTarget(content: string): string | undefined {
  const rest = REFRESH.exec(content)?.[1] ?? "";
  const quote = rest.charAt(0);
  const address = quote === '"' || quote === "'" ? rest.slice(1).split(quote, 1)[0] : rest;
  return address === undefined || address.trim() === "" ? undefined : address;
}
