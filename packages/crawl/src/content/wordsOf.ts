const NONE: readonly string[] = [];

/** Lists that most pages have, so that each is made once. Only as many as a page of another kind cannot fill. */
const known = new Map<string, readonly string[]>();
const MOST_KNOWN = 200;

/** The words of an attribute that is a list of them, in lower case, such as `rel`. The result is shared. */
export function wordsOf(value: string | undefined): readonly string[] {
  if (value === undefined || value === "") return NONE;
  const before = known.get(value);
  if (before !== undefined) return before;
  const words = value.toLowerCase().match(/[^\t\n\f\r ]+/g) ?? NONE;
  if (known.size < MOST_KNOWN && value.length < 60) known.set(value, Object.freeze(words));
  return words;
}
