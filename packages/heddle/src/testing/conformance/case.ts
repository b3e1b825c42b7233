import type { VirtualClock } from "../virtualClock.js";
import { virtualTime } from "../virtualTime.js";

/**
 * One promise of a contract: a sentence, and the function that fails where it is not kept. For any test runner:
 *
 *     for (const { name, run } of lockLikeCases(() => new MyLock())) it(name, run);
 */
export interface ConformanceCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A case whose body runs under virtual time. An error in a task that nobody awaits fails it too. */
export function virtualCase(name: string, body: (clock: VirtualClock) => Promise<void>): ConformanceCase {
  return {
    name,
    async run(): Promise<void> {
      const unawaited: unknown[] = [];
      await virtualTime(body, { onError: (error) => unawaited.push(error) });
      if (unawaited.length > 0) throw unawaited[0];
    },
  };
}
