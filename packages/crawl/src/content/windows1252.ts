/**
 * What the bytes 80 to 9F stand for. Five of them stand for nothing and stay the control characters that they
 * are.
 */
const HIGH =
  "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
  "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

/** Written as escapes: as characters they would be invisible. */
const C1 = /[\u0080-\u009F]/g;

/**
 * Decodes windows-1252, the web's name for Latin-1. Not by `TextDecoder`: from 20.18.3 on Node's own takes it
 * for ISO 8859-1 (nodejs/node#60888), and every curly quote, dash and euro sign of an old page becomes an
 * invisible control character.
 */
export function decodeWindows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return text.replace(C1, (character) => HIGH.charAt(character.charCodeAt(0) - 0x80));
}
