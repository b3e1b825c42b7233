/** One of those who look into a process, perhaps at the same time as others. */
export interface Looker {
  readonly id: string;
  /** Whether the inspector was opened for it, and so is to be closed when the last one leaves. */
  readonly opened: boolean;
}

/** Who has not been heard of for so long is gone without a word, in milliseconds. */
const GONE_AFTER = 60_000;
const LOOKERS = 'globalThis[Symbol.for("heddle/lookers")]';

/** Notes over there that somebody looks, or still does. */
export function arriveExpression({ id, opened }: Looker): string {
  return `void (() => {
    const lookers = (${LOOKERS} ??= { seen: new Map(), opened: false });
    lookers.seen.set(${JSON.stringify(id)}, Date.now());
    lookers.opened ||= ${opened};
  })()`;
}

/** Notes over there that somebody has looked enough; the last one closes the inspector, if that was not open by itself. */
export function leaveExpression({ id }: Looker): string {
  return `void (() => {
    const lookers = ${LOOKERS};
    lookers?.seen.delete(${JSON.stringify(id)});
    for (const at of lookers?.seen.values() ?? []) if (Date.now() - at < ${GONE_AFTER}) return;
    delete ${LOOKERS};
    if (lookers?.opened) process._debugEnd();
  })()`;
}
