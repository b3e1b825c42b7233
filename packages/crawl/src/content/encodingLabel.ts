/** Labels that have been looked up and exist. Only those: what servers invent would fill the memory. */
const known = new Map<string, string>();

/** Whitespace as the Encoding standard has it: what `trim()` removes is more. */
const OUTER_SPACE = /^[\t\n\f\r ]+|[\t\n\f\r ]+$/g;

/**
 * The encoding that a label of the WHATWG Encoding standard stands for: "latin1" is "windows-1252", "sjis" is
 * "shift_jis". Undefined for a label that does not exist, and for the few that Node's `TextDecoder` cannot
 * decode: iso-8859-16, and the dangerous ones that browsers refuse as well (iso-2022-kr, hz-gb-2312).
 */
export function encodingOf(label: string): string | undefined {
  const name = label.replace(OUTER_SPACE, "").toLowerCase();
  const found = known.get(name);
  if (found !== undefined) return found;
  try {
    const { encoding } = new TextDecoder(name);
    known.set(name, encoding);
    return encoding;
  } catch {
    return undefined;
  }
}
