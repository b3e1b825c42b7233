const WHITE_SPACE = /[\t\n\f\r ]+/g;

/** `text` with single spaces for all its white space, and none around it. */
export function collapsed(text: string): string {
  return text.replace(WHITE_SPACE, " ").trim();
}
