/** White space that is no single space already: in most texts there is none, and most spaces are left as they are. */
const WHITE_SPACE = / ?[\t\n\f\r][\t\n\f\r ]*| {2,}/g;

/** `text` with single spaces for all its white space, and none around it. */
export function collapsed(text: string): string {
  return text.replace(WHITE_SPACE, " ").trim();
}
