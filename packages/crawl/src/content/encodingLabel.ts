import { normalizeEncoding } from "@exodus/bytes/encoding.js";

/**
 * The encoding that a label of the WHATWG Encoding standard stands for: "latin1" is "windows-1252", "sjis" is
 * "shift_jis". Undefined for a label that does not exist, and for those of encodings so dangerous that browsers show
 * nothing of such a page (iso-2022-kr, hz-gb-2312): more can be read of it without.
 */
export function encodingOf(label: string): string | undefined {
  const name = normalizeEncoding(label) ?? undefined;
  return name === "replacement" ? undefined : name;
}
