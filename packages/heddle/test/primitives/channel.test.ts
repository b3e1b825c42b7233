import { inspect } from "node:util";
import fc from "fast-check";
import type { Receiver, Sender } from "heddle";
import { BrokenChannelError, createTask, gather, openChannel, sleep, taskGroup } from "heddle";
import { assertCheckpoints, leakCheck, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { ChannelWalk } from "../../src/testing/conformance/channelWalk.js";
import { Calls } from "../support/calls.js";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { channelSteps } from "../support/walks.js";

// That items go from hand to hand is in ../testing/conformance/channelLikeCases.test.ts.

describe("openChannel()", () => {
  it("gives an end to send by and one to receive by", () =>
    leakCheck(() =>
      virtualTime(async () => {
        const [sender, receiver] = openChannel<number>(1);
        const items: number[] = [];
        await taskGroup(async (group) => {
          group.createTask(async () => {
            using out = sender;
            for (const item of [1, 2, 3]) await out.send(item);
          });
          for await (const item of receiver) items.push(item);
        });
        expect(items).toEqual([1, 2, 3]);
      }),
    ));

  it("waits for the receiver by default", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>();
      expect(sender.trySend(1)).toBe(false);
      expect(receiver.stats().capacity).toBe(0);
    }));

  it("never makes senders wait where the capacity is `Infinity`", () => {
    const [sender, receiver] = openChannel<number>(Infinity);
    for (let i = 0; i < 1000; i++) expect(sender.trySend(i)).toBe(true);
    expect(receiver.stats().buffered).toBe(1000);
  });

  it("refuses a capacity that is none", () =>
    expectRefused(
      () => openChannel(-1),
      "Cannot open a channel as its capacity must be a whole number, 0 or more, or Infinity: received -1",
    ));

  it("does as a model does, whatever happens in whatever order, through any of its ends", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1, 2, Infinity), channelSteps, (capacity, steps) =>
        virtualTime(async (clock) => {
          const [sender, receiver] = openChannel<number>(capacity);
          const senders = [sender, sender.clone()];
          const receivers = [receiver, receiver.clone()];
          let turn = 0;
          const next = <T>(ends: T[]): T => ends[turn++ % 2] as T;
          const channel = {
            send: (item: number) => next(senders).send(item),
            receive: () => next(receivers).receive(),
            trySend: (item: number) => next(senders).trySend(item),
            tryReceive: () => next(receivers).tryReceive(),
          };
          await new ChannelWalk(channel, { capacity, first: "oldest" }).run(steps);
          expect(receiver.stats()).toMatchObject({ buffered: 0, sending: 0, receiving: 0 });
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(60),
    ));
});

describe("When all senders are closed", () => {
  it("what was sent is still received, and then comes the end", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>(5);
      await sender.send(1);
      await sender.send(2);
      sender.close();
      expect(receiver.tryReceive()).toBe(1);
      expect(await receiver.receive()).toBe(2);
      const end = {
        name: "EndOfChannelError",
        code: "HEDDLE_END_OF_CHANNEL",
        message: "Cannot receive as all senders are closed and everything that was sent was received",
      };
      expect(await errorOf(() => receiver.receive())).toMatchObject(end);
      expect(errorAtOnce(() => receiver.tryReceive())).toMatchObject(end);
    }));

  it("those who wait in `receive()` come to the end, and so do loops", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>();
      const calls = new Calls();
      calls.start(() => receiver.receive());
      calls.start(async () => {
        for await (const item of receiver.clone()) return item;
        return "ended";
      });
      await settle();
      sender.close();
      await settle();
      expect(calls.ends).toEqual(["EndOfChannelError", "ended"]);
    }));

  it("and not before: each producer closes its own", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<string>();
      const items: string[] = [];
      await taskGroup(async (group) => {
        for (const name of ["a", "b", "c"]) {
          const own = sender.clone();
          group.createTask(async () => {
            using out = own;
            for (let i = 0; i < 2; i++) {
              await sleep(1);
              await out.send(`${name}${i}`);
            }
          });
        }
        sender.close();
        for await (const item of receiver) items.push(item);
      });
      expect(items).toEqual(["a0", "b0", "c0", "a1", "b1", "c1"]);
      expect(receiver.stats().senders).toBe(0);
    }));

  it("many consumers share what comes and all end", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>(2);
      const got: number[][] = [[], [], []];
      await taskGroup(async (group) => {
        for (const items of got) {
          const own = receiver.clone();
          group.createTask(async () => {
            using input = own;
            for await (const item of input) {
              items.push(item);
              await sleep(1);
            }
          });
        }
        receiver.close();
        using out = sender;
        for (let i = 0; i < 30; i++) await out.send(i);
      });
      expect(got.flat().sort((a, b) => a - b)).toEqual([...Array(30).keys()]);
      expect(got.every((items) => items.length === 10)).toBe(true);
    }));
});

describe("When all receivers are closed", () => {
  it("senders are told so and get their item back, those who wait and those who come", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<string>();
      const waiting = createTask(() => errorOf(() => sender.send("a")));
      await settle();
      receiver.close();
      const error = await waiting;
      expect(error).toBeInstanceOf(BrokenChannelError);
      expect(error).toMatchObject({
        name: "BrokenChannelError",
        code: "HEDDLE_BROKEN_CHANNEL",
        message: "Cannot send as all receivers are closed",
        item: "a",
      });
      expect(await errorOf(() => sender.send("b"))).toMatchObject({ name: "BrokenChannelError", item: "b" });
      expect(errorAtOnce(() => sender.trySend("c"))).toMatchObject({ name: "BrokenChannelError", item: "c" });
    }));

  it("and not before", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<string>(1);
      const other = receiver.clone();
      receiver.close();
      await sender.send("a");
      expect(await other.receive()).toBe("a");
    }));

  it("what was in the buffer is counted as dropped", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<string>(3);
      await sender.send("a");
      await sender.send("b");
      receiver.close();
      expect(sender.stats()).toEqual({
        buffered: 0,
        capacity: 3,
        senders: 1,
        receivers: 0,
        sending: 0,
        receiving: 0,
        dropped: 2,
      });
    }));
});

describe("An end that is closed", () => {
  it("refuses every call, also when it could go through", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>(5);
      await sender.send(1);
      const otherSender = sender.clone();
      const otherReceiver = receiver.clone();
      sender.close();
      receiver.close();
      const send = {
        name: "ClosedError",
        code: "HEDDLE_CLOSED",
        message: "Cannot send as this end of the channel was closed",
      };
      expect(await errorOf(() => sender.send(2))).toMatchObject(send);
      expect(errorAtOnce(() => sender.trySend(2))).toMatchObject(send);
      const receive = { name: "ClosedError", message: "Cannot receive as this end of the channel was closed" };
      expect(await errorOf(() => receiver.receive())).toMatchObject(receive);
      expect(errorAtOnce(() => receiver.tryReceive())).toMatchObject(receive);
      await otherSender.send(2);
      expect([await otherReceiver.receive(), await otherReceiver.receive()]).toEqual([1, 2]);
    }));

  it("sends away those who wait by it, and nobody else", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>();
      const otherReceiver = receiver.clone();
      const calls = new Calls();
      calls.start(() => receiver.receive());
      calls.start(() => otherReceiver.receive());
      calls.start(() => receiver.receive());
      receiver.close();
      await settle();
      expect(calls.ends).toEqual(["ClosedError", "waits", "ClosedError"]);
      await sender.send(1);
      await settle();
      expect(calls.ends[1]).toBe("1");
      const otherSender = sender.clone();
      calls.start(() => sender.send(2));
      calls.start(() => otherSender.send(3));
      sender.close();
      await settle();
      expect(calls.ends.slice(3)).toEqual(["ClosedError", "waits"]);
      expect(await otherReceiver.receive()).toBe(3);
    }));

  it("can be closed again, by `using` too, but not cloned", () => {
    const [sender, receiver] = openChannel<number>();
    const clones = [sender.clone(), receiver.clone()];
    {
      using _sender = sender;
      using _receiver = receiver;
      sender.close();
    }
    sender.close();
    expect([sender.isOpen, receiver.isOpen]).toEqual([false, false]);
    expect(errorAtOnce(() => sender.clone())).toMatchObject({
      name: "ClosedError",
      message: "Cannot clone a sender as it was closed",
    });
    expect(errorAtOnce(() => receiver.clone()).message).toBe("Cannot clone a receiver as it was closed");
    expect(clones.map((end) => end.isOpen)).toEqual([true, true]);
  });

  it("ends a loop over it with an error, as somebody still wanted more", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>(2);
      await sender.send(1);
      const task = createTask(() =>
        errorOf(async () => {
          for await (const _ of receiver) receiver.close();
        }),
      );
      expect((await task).name).toBe("ClosedError");
    }));
});

describe("A channel", () => {
  it("stays open when a loop over it is left", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>(3);
      for (const item of [1, 2, 3]) await sender.send(item);
      for await (const item of receiver) if (item === 2) break;
      expect(await receiver.receive()).toBe(3);
    }));

  it("throws in a cancelled scope before it looks at anything else", () =>
    virtualTime(async () => {
      const [sender, receiver] = openChannel<number>(1);
      sender.close();
      receiver.close();
      await assertCheckpoints(() => sender.send(1));
      await assertCheckpoints(() => receiver.receive());
    }));

  it("says how it is in one line", () => {
    const [sender, receiver] = openChannel<number>(4);
    sender.trySend(1);
    expect(inspect(sender)).toBe("Sender { open, buffered: 1 of 4, senders: 1, receivers: 1 }");
    sender.close();
    expect(inspect(sender)).toBe("Sender { closed, buffered: 1 of 4, senders: 0, receivers: 1 }");
    expect(inspect(receiver)).toBe("Receiver { open, buffered: 1 of 4, senders: 0, receivers: 1 }");
  });

  it("accounts for every item, whoever closes and whoever is cancelled", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 3),
        fc.array(fc.array(act, { maxLength: 5 }), { maxLength: 20 }),
        (capacity, turns) =>
          virtualTime(async () => {
            const [firstSender, firstReceiver] = openChannel<number>(capacity);
            const senders: Sender<number>[] = [firstSender];
            const receivers: Receiver<number>[] = [firstReceiver];
            const calls = new Calls();
            const sent: number[] = [];
            const broken: number[] = [];
            const got: number[] = [];
            for (const [i, turn] of turns.entries()) {
              for (const [j, { kind, who }] of turn.entries()) {
                const sender = senders[who % senders.length] as Sender<number>;
                const receiver = receivers[who % receivers.length] as Receiver<number>;
                const item = i * 10 + j;
                if (kind === "send") {
                  calls.start(async () => {
                    try {
                      await sender.send(item);
                      sent.push(item);
                    } catch (error) {
                      if (error instanceof BrokenChannelError) broken.push(error.item as number);
                      throw error;
                    }
                  });
                } else if (kind === "receive") calls.start(async () => got.push(await receiver.receive()));
                else if (kind === "cancel") calls.cancel(who);
                else if (kind === "cloneSender" && sender.isOpen) senders.push(sender.clone());
                else if (kind === "cloneReceiver" && receiver.isOpen) receivers.push(receiver.clone());
                else if (kind === "closeSender") sender.close();
                else if (kind === "closeReceiver") receiver.close();
              }
              await settle();
              const {
                buffered,
                dropped,
                receivers: openReceivers,
                senders: openSenders,
                ...waiting
              } = firstSender.stats();
              expect(sent.length).toBe(got.length + buffered + dropped);
              expect(got).toEqual([...new Set(got)]);
              for (const item of got) expect(sent).toContain(item);
              for (const item of broken) expect(sent).not.toContain(item);
              expect(openSenders).toBe(senders.filter((end) => end.isOpen).length);
              expect(openReceivers).toBe(receivers.filter((end) => end.isOpen).length);
              expect(waiting.sending === 0 || waiting.receiving === 0).toBe(true);
              if (openSenders === 0) expect(waiting.sending + waiting.receiving).toBe(0);
              if (openReceivers === 0) expect(waiting.sending + waiting.receiving).toBe(0);
            }
            calls.cancelAll();
            await settle();
            expect(firstSender.stats()).toMatchObject({ sending: 0, receiving: 0 });
          }),
      ),
      runs(100),
    ));

  it("works outside of a run", async () => {
    const [sender, receiver] = openChannel<number>();
    const [, item] = await gather(
      () => sender.send(1),
      () => receiver.receive(),
    );
    expect(item).toBe(1);
  });
});

const act = fc.record({
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("send" as const, "receive" as const) },
    { weight: 2, arbitrary: fc.constantFrom("cancel" as const, "cloneSender" as const, "cloneReceiver" as const) },
    fc.constantFrom("closeSender" as const, "closeReceiver" as const),
  ),
  who: fc.nat(30),
});
