import fc from "fast-check";
import type { ChannelStep } from "../../src/testing/conformance/channelWalk.js";
import type { LockTurn } from "../../src/testing/conformance/lockWalk.js";

/** What may happen to a lock, in turns. */
export const lockTurns: fc.Arbitrary<LockTurn[]> = fc.array(
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.record({ act: fc.constant("arrive" as const) }) },
      fc.record({ act: fc.constantFrom("release" as const, "try" as const) }),
      fc.record({ act: fc.constant("cancel" as const), who: fc.nat(20) }),
    ),
    { minLength: 1, maxLength: 5 },
  ),
  { maxLength: 20 },
);

/** What may happen to a channel, in steps. */
export const channelSteps: fc.Arbitrary<ChannelStep[]> = fc.array(
  fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ act: fc.constant("send" as const), item: fc.nat(5) }) },
      { weight: 3, arbitrary: fc.record({ act: fc.constant("receive" as const) }) },
      fc.record({ act: fc.constant("trySend" as const), item: fc.nat(5) }),
      fc.record({ act: fc.constant("tryReceive" as const) }),
      { weight: 2, arbitrary: fc.record({ act: fc.constant("cancel" as const), who: fc.nat(50) }) },
    ),
    { minLength: 1, maxLength: 5 },
  ),
  { maxLength: 20 },
);
