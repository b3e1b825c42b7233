import { checkCount } from "../ground/check.js";
import { ClosedError, EndOfChannelError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import type { ChannelStats } from "./pipe.js";
import { Pipe } from "./pipe.js";

/**
 * A way for items from any number of senders to any number of receivers. Each end is closed by whoever uses it, and the
 * other side hears of it: when all senders are closed the receivers come to an end, when all receivers are closed the
 * senders are told so.
 *
 *     const [sender, receiver] = openChannel<string>(10);
 *     group.createTask(() => produce(sender));       // using out = sender; await out.send("…")
 *     for await (const item of receiver) …           // ends when `sender` and all its clones are closed
 *
 * Items go from hand to hand, first come first served: nobody can take one in between, and none is lost or received
 * twice, whoever is cancelled.
 *
 * @param capacity how many items may be under way before `send()` waits: a whole number, or `Infinity`. 0, the default,
 *   makes `send()` wait until the item was received
 */
export function openChannel<T>(capacity: number = 0): [sender: Sender<T>, receiver: Receiver<T>] {
  checkCount("open a channel", capacity, { what: "its capacity", least: 0, orInfinity: true });
  const pipe = new Pipe<T>(capacity);
  return [new Sender(pipe), new Receiver(pipe)];
}

/** The end of a channel that items go in at. */
export class Sender<T> implements Disposable {
  readonly #pipe: Pipe<T>;

  constructor(pipe: Pipe<T>) {
    this.#pipe = pipe;
    pipe.senders.add(this);
  }

  /**
   * Sends an item, when there is room or somebody to receive it.
   *
   * If cancelled: throws `CancelledError`, and the item was not sent.
   *
   * @throws BrokenChannelError when all receivers are closed, also while it waits; its `item` is the item
   * @throws ClosedError when this end is closed, also while it waits
   */
  send(item: T): Promise<void> {
    return this.#pipe.send(this, item);
  }

  /** Sends an item and returns true if that needs no waiting, else returns false. @throws as `send()` */
  trySend(item: T): boolean {
    return this.#pipe.trySend(this, item);
  }

  get isOpen(): boolean {
    return this.#pipe.senders.has(this);
  }

  /** Another sending end of the same channel, to be closed by itself: one for each producer. @throws ClosedError when this end is closed */
  clone(): Sender<T> {
    if (!this.isOpen) throw new ClosedError("Cannot clone a sender as it was closed");
    return new Sender(this.#pipe);
  }

  /** Closes this end. Tasks that wait in its `send()` get a `ClosedError`. Closing it again does nothing. */
  close(): void {
    this.#pipe.closeSender(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  stats(): ChannelStats {
    return this.#pipe.stats();
  }
}

/** The end of a channel that items come out of. */
export class Receiver<T> implements Disposable, AsyncIterable<T> {
  readonly #pipe: Pipe<T>;

  constructor(pipe: Pipe<T>) {
    this.#pipe = pipe;
    pipe.receivers.add(this);
  }

  /**
   * Receives the next item, when there is one.
   *
   * If cancelled: throws `CancelledError`, and no item was received.
   *
   * @throws EndOfChannelError when all senders are closed and nothing is left, also while it waits
   * @throws ClosedError when this end is closed, also while it waits
   */
  receive(): Promise<T> {
    return this.#pipe.receive(this);
  }

  /** Receives the next item if there is one now, else returns undefined. @throws as `receive()` */
  tryReceive(): T | undefined {
    return this.#pipe.tryReceive(this);
  }

  get isOpen(): boolean {
    return this.#pipe.receivers.has(this);
  }

  /** Another receiving end of the same channel: each item goes to one of them. @throws ClosedError when this end is closed */
  clone(): Receiver<T> {
    if (!this.isOpen) throw new ClosedError("Cannot clone a receiver as it was closed");
    return new Receiver(this.#pipe);
  }

  /**
   * Closes this end. Tasks that wait in its `receive()` get a `ClosedError`. With the last one goes what is in the
   * buffer; `stats().dropped` counts it. Closing it again does nothing.
   */
  close(): void {
    this.#pipe.closeReceiver(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  stats(): ChannelStats {
    return this.#pipe.stats();
  }

  /** Receives items until the end of the channel. Leaving the loop does not close this end. If cancelled: as `receive()`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.receive();
      } catch (error) {
        if (error instanceof EndOfChannelError) return;
        throw error;
      }
      yield item;
    }
  }
}

inspectAs(Sender, (self) => `Sender ${line(self)}`);
inspectAs(Receiver, (self) => `Receiver ${line(self)}`);

function line(end: Sender<unknown> | Receiver<unknown>): string {
  const { buffered, capacity, senders, receivers } = end.stats();
  const state = end.isOpen ? "open" : "closed";
  return `{ ${state}, buffered: ${buffered} of ${capacity}, senders: ${senders}, receivers: ${receivers} }`;
}
