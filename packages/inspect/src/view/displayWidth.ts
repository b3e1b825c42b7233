const PLAIN = /^[\u0020-\u007e]*$/;
/** East Asian characters that take two columns, and emoji; also what the sign for "as an emoji" makes one. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\ufe0f|\p{Emoji_Presentation}/u;
const NOTHING = /^[\p{Mark}\p{Cf}]+$/u;

const segmenter: Intl.Segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return width;
}

/** The text, cut to so many columns; that it was cut is shown. */
export function cut(text: string, width: number): string {
  if (text.length <= width / 2 || displayWidth(text) <= width) return text;
  if (PLAIN.test(text)) return `${text.slice(0, Math.max(0, width - 1))}…`;
  let kept = "";
  let taken = 0;
  for (const { segment } of segmenter.segment(text)) {
    taken += widthOf(segment);
    if (taken > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function widthOf(grapheme: string): number {
  return NOTHING.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1;
}
