/**
 * What a terminal would obey instead of showing it: control characters (C0, DEL, C1), line separators, marks that turn the
 * direction of writing, characters of no width, halves of surrogate pairs. The joiner of emoji families stays.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text of the user's, such as a name, as one line that can be printed anywhere: what is not seen is written as an escape. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, (unseen) => SHORT[unseen] ?? escapeOf(unseen.charCodeAt(0)));
}

function escapeOf(code: number): string {
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
