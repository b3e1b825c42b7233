import { Deque } from "../ground/deque.js";
import { BrokenChannelError, ClosedError, EndOfChannelError } from "../ground/errors.js";
import type { Waiter } from "../task/park.js";
import { park, pass, refusal, WaitList } from "../task/park.js";

export interface ChannelStats {
  /** Items that were sent and not yet received. */
  buffered: number;
  capacity: number;
  /** Open sending ends. */
  senders: number;
  /** Open receiving ends. */
  receivers: number;
  /** Tasks that wait in `send()`. */
  sending: number;
  /** Tasks that wait in `receive()`. */
  receiving: number;
  /** Items that were in the buffer when the last receiving end was closed: nobody will get them. */
  dropped: number;
}

/** What a waiting sender brought along. */
interface Offer<T> {
  readonly end: object;
  readonly item: T;
}

/**
 * What the ends of a channel have in common: the buffer, and those who wait on either side of it. Receivers wait only
 * while there is nothing to receive, and senders only while the buffer is full, so never both.
 *
 *     send() ──> [ sending ] ──> buffer ──> [ receiving ] ──> receive()
 */
export class Pipe<T> {
  /** The open ends. The last one to go decides what the other side gets to hear. */
  readonly senders: Set<object> = new Set();
  readonly receivers: Set<object> = new Set();
  readonly #capacity: number;
  readonly #buffer = new Deque<T>();
  readonly #sending: WaitList<void> = new WaitList("channel.send", this);
  readonly #receiving: WaitList<T> = new WaitList("channel.receive", this);
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  send(end: object, item: T): Promise<void> {
    const refused = refusal();
    if (refused !== null) return refused;
    try {
      if (this.trySend(end, item)) return pass(undefined);
    } catch (error) {
      return Promise.reject(error);
    }
    const offer: Offer<T> = { end, item };
    return park(this.#sending, offer);
  }

  trySend(end: object, item: T): boolean {
    if (!this.senders.has(end)) throw closed("send");
    if (this.receivers.size === 0) throw broken(item);
    if (this.#receiving.wakeFirst(item)) return true;
    if (this.#buffer.size >= this.#capacity) return false;
    this.#buffer.push(item);
    return true;
  }

  receive(end: object): Promise<T> {
    const refused = refusal();
    if (refused !== null) return refused;
    try {
      this.#refuseNothing(end);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#holdsItem ? pass(this.#take()) : park(this.#receiving, end);
  }

  tryReceive(end: object): T | undefined {
    this.#refuseNothing(end);
    return this.#holdsItem ? this.#take() : undefined;
  }

  closeSender(end: object): void {
    if (!this.senders.delete(end)) return;
    for (const waiter of this.#sending) if (offerOf(waiter).end === end) waiter.fail(closed("send"));
    if (this.senders.size === 0) this.#receiving.failAll(ended());
  }

  closeReceiver(end: object): void {
    if (!this.receivers.delete(end)) return;
    for (const waiter of this.#receiving) if (waiter.request === end) waiter.fail(closed("receive"));
    if (this.receivers.size > 0) return;
    for (const waiter of this.#sending) waiter.fail(broken(offerOf(waiter).item));
    this.#dropped += this.#buffer.size;
    this.#buffer.clear();
  }

  stats(): ChannelStats {
    return {
      buffered: this.#buffer.size,
      capacity: this.#capacity,
      senders: this.senders.size,
      receivers: this.receivers.size,
      sending: this.#sending.count(),
      receiving: this.#receiving.count(),
      dropped: this.#dropped,
    };
  }

  get #holdsItem(): boolean {
    return this.#buffer.size > 0 || !this.#sending.isEmpty;
  }

  /** Throws when `end` has been closed, or when there is nothing to receive and never will be. */
  #refuseNothing(end: object): void {
    if (!this.receivers.has(end)) throw closed("receive");
    if (!this.#holdsItem && this.senders.size === 0) throw ended();
  }

  /** The next item. The room that it leaves goes to the sender who has waited longest. */
  #take(): T {
    const sender = this.#sending.first;
    if (sender !== undefined) {
      this.#buffer.push(offerOf<T>(sender).item);
      sender.wake();
    }
    return this.#buffer.shift() as T;
  }
}

function offerOf<T>(waiter: Waiter<void>): Offer<T> {
  return waiter.request as Offer<T>;
}

function closed(doing: "send" | "receive"): ClosedError {
  return new ClosedError(`Cannot ${doing} as this end of the channel was closed`);
}

function ended(): EndOfChannelError {
  return new EndOfChannelError("Cannot receive as all senders are closed and everything that was sent was received");
}

function broken(item: unknown): BrokenChannelError {
  return new BrokenChannelError("Cannot send as all receivers are closed", item);
}
