import { LifoQueue, openChannel, PriorityQueue, Queue } from "heddle";
import { park, throwIfCancelled, WaitList } from "heddle/lowlevel";
import type { ChannelLike, ChannelLikeOptions } from "heddle/testing";
import { channelLikeCases } from "heddle/testing";
import { describe, expect, it } from "vitest";

function asChannel(queue: Queue<number>): ChannelLike {
  return {
    send: (item) => queue.put(item),
    receive: () => queue.get(),
    trySend: (item) => queue.tryPut(item),
    tryReceive: () => queue.tryGet(),
  };
}

const real: [name: string, make: (capacity: number) => ChannelLike, options: ChannelLikeOptions][] = [
  ["Queue", (capacity) => asChannel(new Queue(capacity)), {}],
  ["LifoQueue", (capacity) => asChannel(new LifoQueue(capacity)), { first: "newest" }],
  ["PriorityQueue", (capacity) => asChannel(new PriorityQueue(capacity)), { first: "smallest" }],
  [
    "openChannel()",
    (capacity) => {
      const [sender, receiver] = openChannel<number>(capacity);
      return {
        send: (item) => sender.send(item),
        receive: () => receiver.receive(),
        trySend: (item) => sender.trySend(item),
        tryReceive: () => receiver.tryReceive(),
      };
    },
    { rendezvous: true },
  ],
  [
    "openChannel() with an end for every call",
    (capacity) => {
      const [sender, receiver] = openChannel<number>(capacity);
      return {
        send: (item) => sender.clone().send(item),
        receive: () => receiver.clone().receive(),
        trySend: (item) => sender.clone().trySend(item),
        tryReceive: () => receiver.clone().tryReceive(),
      };
    },
    { rendezvous: true },
  ],
];

for (const [name, make, options] of real) {
  describe(`${name} is a channel`, () => {
    for (const { name, run } of channelLikeCases(make, options)) it(name, run);
  });
}

/** What everybody writes at first: wake one who waits, who then looks whether there is something. */
class PollingChannel implements ChannelLike {
  protected readonly items: number[] = [];
  protected readonly receivers: WaitList<void> = new WaitList("polling.receive");
  protected readonly senders: WaitList<void> = new WaitList("polling.send");
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async send(item: number): Promise<void> {
    throwIfCancelled();
    while (!this.trySend(item)) await park(this.senders);
  }

  async receive(): Promise<number> {
    throwIfCancelled();
    for (;;) {
      const item = this.tryReceive();
      if (item !== undefined) return item;
      await park(this.receivers);
    }
  }

  trySend(item: number): boolean {
    if (this.items.length >= this.#capacity) return false;
    this.items.push(item);
    this.receivers.wakeFirst();
    return true;
  }

  tryReceive(): number | undefined {
    const item = this.items.shift();
    if (item !== undefined) this.senders.wakeFirst();
    return item;
  }
}

/** Throws away what it has in its hands when it finds itself cancelled. */
class LosingChannel extends PollingChannel {
  override async receive(): Promise<number> {
    const item = await super.receive();
    throwIfCancelled();
    return item;
  }
}

/** Works, but does not look for a cancellation when it need not wait. */
class EdgeTriggeredChannel extends PollingChannel {
  override async send(item: number): Promise<void> {
    if (!this.trySend(item)) await super.send(item);
  }
}

/** Takes everything. */
class BottomlessChannel extends PollingChannel {
  constructor() {
    super(Infinity);
  }
}

/** Gives items out from the wrong side. */
class ReversedChannel extends PollingChannel {
  override tryReceive(): number | undefined {
    const item = this.items.pop();
    if (item !== undefined) this.senders.wakeFirst();
    return item;
  }
}

const broken: [why: string, make: (capacity: number) => ChannelLike, fails: RegExp][] = [
  [
    "wakes those who wait without handing anything over",
    (capacity) => new PollingChannel(capacity),
    /hands an item on/,
  ],
  ["loses an item when its receiver is cancelled", (capacity) => new LosingChannel(capacity), /handed over before/],
  ["does not see that the caller is cancelled", (capacity) => new EdgeTriggeredChannel(capacity), /refuses those/],
  ["takes more than it can hold", () => new BottomlessChannel(), /makes senders wait/],
  ["gives items out in another order", (capacity) => new ReversedChannel(capacity), /oldest item first/],
];

describe("channelLikeCases() catches a channel that", () => {
  for (const [why, make, fails] of broken) {
    it(why, async () => {
      const failed: string[] = [];
      for (const { name, run } of channelLikeCases(make)) await run().catch(() => failed.push(name));
      expect(failed.some((name) => fails.test(name))).toBe(true);
      expect(failed).toContain("does as the model does, whatever happens in whatever order");
    });
  }
});
