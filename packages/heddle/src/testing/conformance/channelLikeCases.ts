import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { gather } from "../../groups/gather.js";
import { moveOnAfter } from "../../groups/moveOnAfter.js";
import { createTask } from "../../task/createTask.js";
import type { Task } from "../../task/task.js";
import { assertCheckpoints } from "../assertCheckpoints.js";
import { RandomChooser } from "../chooser.js";
import { settle } from "../settle.js";
import type { ConformanceCase } from "./case.js";
import { virtualCase } from "./case.js";
import type { ChannelLike, ChannelLikeOptions } from "./channelLike.js";
import { ChannelWalk, randomSteps } from "./channelWalk.js";

/**
 * What everything that items are handed over by promises: first come, first served on both sides, and no item is lost or
 * seen twice, whoever is cancelled.
 *
 * @param make makes one that holds at most so many items
 */
export function channelLikeCases(
  make: (capacity: number) => ChannelLike,
  options: ChannelLikeOptions = {},
): ConformanceCase[] {
  const { first = "oldest", rendezvous = false } = options;
  const cases = [
    virtualCase(`gives out the ${first} item first, and each one once`, async () => {
      const channel = make(4);
      for (const item of [2, 1, 4, 3]) await channel.send(item);
      const order = { oldest: [2, 1, 4, 3], newest: [3, 4, 1, 2], smallest: [1, 2, 3, 4] };
      const got = [await channel.receive(), channel.tryReceive(), await channel.receive(), channel.tryReceive()];
      deepEqual(got, order[first]);
      equal(channel.tryReceive(), undefined);
    }),

    virtualCase("serves those who wait for items in the order in which they came", async () => {
      const channel = make(1);
      const receivers = await parked(3, () => channel.receive());
      for (const item of [1, 2, 3]) await channel.send(item);
      deepEqual(await gather(receivers), [1, 2, 3]);
    }),

    virtualCase("hands an item on: nobody takes it between its sending and the first in line", async () => {
      const channel = make(1);
      const [receiver] = await parked(1, () => channel.receive());
      equal(channel.trySend(1), true);
      equal(channel.tryReceive(), undefined, "tryReceive() took what had been handed on");
      equal(await receiver, 1);
    }),

    virtualCase("makes senders wait while it is full, and lets them in in the order in which they came", async () => {
      const channel = make(1);
      await channel.send(0);
      equal(channel.trySend(9), false);
      const sent: number[] = [];
      const senders = await parked(3, async (i) => {
        await channel.send(i + 1);
        sent.push(i + 1);
      });
      deepEqual(sent, []);
      const got: number[] = [];
      for (let i = 0; i < 4; i++) got.push(await channel.receive());
      await gather(senders);
      deepEqual(sent, [1, 2, 3]);
      deepEqual(got, [0, 1, 2, 3]);
    }),

    virtualCase("hands room on: nobody fills it between the taking of an item and the first in line", async () => {
      const channel = make(1);
      await channel.send(0);
      const [sender] = await parked(1, () => channel.send(1));
      equal(channel.tryReceive(), 0);
      equal(channel.trySend(9), false, "trySend() took the room that had been handed on");
      await sender;
      equal(channel.tryReceive(), 1);
    }),

    virtualCase("leaves the item to the next one when a receiver is cancelled", async () => {
      const channel = make(1);
      const [cancelled, next] = await parked(2, () => channel.receive());
      cancelled?.cancel();
      await channel.send(1);
      equal(await next, 1);
      equal(cancelled?.state, "cancelled");
    }),

    virtualCase("never shows the item of a sender who was cancelled", async () => {
      const channel = make(1);
      await channel.send(0);
      const [cancelled, next] = await parked(2, (i) => channel.send(i + 1));
      cancelled?.cancel();
      deepEqual([await channel.receive(), await channel.receive()], [0, 2]);
      await next;
      equal(channel.tryReceive(), undefined);
    }),

    virtualCase("gives a receiver the item that was handed over before its cancellation", async () => {
      const channel = make(1);
      const got: number[] = [];
      const [receiver] = await parked(1, async () => void got.push(await channel.receive()));
      equal(channel.trySend(1), true);
      receiver?.cancel();
      await settle();
      deepEqual(got, [1], "the item is lost");
    }),

    virtualCase("tells a sender whose item was taken before its cancellation that it was", async () => {
      const channel = make(1);
      await channel.send(0);
      const sent: number[] = [];
      const [sender] = await parked(1, async () => {
        await channel.send(1);
        sent.push(1);
      });
      equal(channel.tryReceive(), 0);
      sender?.cancel();
      await settle();
      deepEqual(sent, [1]);
      equal(channel.tryReceive(), 1);
    }),

    virtualCase("refuses those who are cancelled already, also when they need not wait, and does nothing", async () => {
      const channel = make(2);
      await assertCheckpoints(() => channel.send(9));
      equal(channel.tryReceive(), undefined, "the item was sent all the same");
      await channel.send(1);
      await assertCheckpoints(() => channel.receive());
      equal(channel.tryReceive(), 1, "the item was taken all the same");
    }),

    virtualCase("leaves no timer and nobody in line behind when a timeout ends the wait", async (clock) => {
      const channel = make(1);
      equal(await moveOnAfter(5, () => channel.receive()), undefined);
      equal(channel.trySend(1), true);
      equal(await moveOnAfter(5, () => channel.send(2)), undefined);
      equal(channel.tryReceive(), 1);
      equal(channel.tryReceive(), undefined);
      equal(clock.pending, 0);
    }),

    virtualCase("does as the model does, whatever happens in whatever order", async (clock) => {
      const random = new RandomChooser(1);
      for (let i = 0; i < 30; i++) {
        const capacity = i % 3 === 0 ? Infinity : (i % 3) + (rendezvous ? -1 : 0);
        await new ChannelWalk(make(capacity), { capacity, first }).run(randomSteps(() => random.next()));
      }
      equal(clock.pending, 0);
    }),
  ];
  return rendezvous ? [...cases, ...rendezvousCases(make)] : cases;
}

function rendezvousCases(make: (capacity: number) => ChannelLike): ConformanceCase[] {
  return [
    virtualCase("makes every sender wait for a receiver when its capacity is 0", async () => {
      const channel = make(0);
      equal(channel.trySend(9), false);
      let sent = false;
      const [sender] = await parked(1, async () => {
        await channel.send(1);
        sent = true;
      });
      equal(sent, false);
      equal(await channel.receive(), 1);
      await sender;
      const [receiver] = await parked(1, () => channel.receive());
      equal(channel.trySend(2), true);
      equal(await receiver, 2);
    }),
  ];
}

/** `n` tasks that run `fn`, each as far as it goes by itself. */
async function parked<T>(n: number, fn: (i: number) => Promise<T>): Promise<Task<T>[]> {
  const tasks = Array.from({ length: n }, (_, i) => createTask(() => fn(i)));
  await settle();
  return tasks;
}
