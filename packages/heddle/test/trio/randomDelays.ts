/** Numbers of turns to let others go first: mostly 0 or 1, the same ones for the same seed. */
export function randomDelays(seed: number): () => number {
  let state = seed;
  const next = (): number => {
    // Mulberry32: a generator of a few lines is enough here.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => {
    let turns = 0;
    while (next() < 0.4) turns++;
    return turns;
  };
}
