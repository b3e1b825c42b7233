/**
 * Where things are noted that somebody has to give back: permits, listeners. Nobody keeps a ledger but `leakCheck()`, and
 * without one the notes cost a null check.
 */
export interface Ledger {
  opened(thing: object, what: string): void;
  closed(thing: object): void;
}

export let ledger: Ledger | null = null;

/** Sets the ledger and returns the one that was kept before. */
export function keepLedger(next: Ledger | null): Ledger | null {
  const before = ledger;
  ledger = next;
  return before;
}
