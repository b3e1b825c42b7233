import { Deque } from "../ground/deque.js";
import { BrokenChannelError, ClosedError, EndOfChannelError } from "../ground/errors.js";
import { pass, refusal } from "../task/park.js";
import { PipeSide } from "./pipeSide.js";

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

/**
 * What the ends of a channel have in common: the buffer, and those who wait on either side of it. Receivers wait only
 * while there is nothing to receive, and senders only while the buffer is full, so never both.
 *
 *     send() ──> [ sending ] ──> buffer ──> [ receiving ] ──> receive()
 */
export class Pipe<T> {
  /** The open ends. The last one to go decides what the other side gets to hear. */
  readonly senders: PipeSide<void> = new PipeSide("channel.send", this);
  readonly receivers: PipeSide<T> = new PipeSide("channel.receive", this);
  readonly #capacity: number;
  readonly #buffer = new Deque<T>();
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
    return this.senders.wait(end, item);
  }

  trySend(end: object, item: T): boolean {
    if (!this.senders.has(end)) throw closed("send");
    if (this.receivers.size === 0) throw broken(item);
    if (this.receivers.wakeFirst(item)) return true;
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
    return this.#holdsItem ? pass(this.#take()) : this.receivers.wait(end);
  }

  tryReceive(end: object): T | undefined {
    this.#refuseNothing(end);
    return this.#holdsItem ? this.#take() : undefined;
  }

  closeSender(end: object): void {
    if (!this.senders.close(end, () => closed("send"))) return;
    if (this.senders.size === 0) this.receivers.failAll(ended);
  }

  closeReceiver(end: object): void {
    if (!this.receivers.close(end, () => closed("receive"))) return;
    if (this.receivers.size > 0) return;
    this.senders.failAll(broken);
    this.#dropped += this.#buffer.size;
    this.#buffer.clear();
  }

  stats(): ChannelStats {
    return {
      buffered: this.#buffer.size,
      capacity: this.#capacity,
      senders: this.senders.size,
      receivers: this.receivers.size,
      sending: this.senders.count(),
      receiving: this.receivers.count(),
      dropped: this.#dropped,
    };
  }

  get #holdsItem(): boolean {
    return this.#buffer.size > 0 || !this.senders.nobodyWaits;
  }

  /** Throws when `end` has been closed, or when there is nothing to receive and never will be. */
  #refuseNothing(end: object): void {
    if (!this.receivers.has(end)) throw closed("receive");
    if (!this.#holdsItem && this.senders.size === 0) throw ended();
  }

  /** The next item. The room that it leaves goes to the sender who has waited longest. */
  #take(): T {
    if (!this.senders.nobodyWaits) {
      this.#buffer.push(this.senders.firstItem as T);
      this.senders.wakeFirst();
    }
    return this.#buffer.shift() as T;
  }
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
