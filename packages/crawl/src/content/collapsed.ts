/** Any run of white space but a single space, which most are, and which would be replaced by itself. */
const WHITE_SPACE = /[\t\n\f\r][\t\n\f\r ]*| [\t\n\f\r ]+/g;

/** `text` with single spaces for all its white space, and none around it. */
export function collapsed(text: string): string {
  return text.replace(WHITE_SPACE, " ").trim();
}
