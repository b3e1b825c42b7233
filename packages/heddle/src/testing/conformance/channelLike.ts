/** What items are handed over by: a queue, a channel. */
export interface ChannelLike {
  /** Hands an item over, when there is room. */
  send(item: number): Promise<void>;
  /** Waits for the next item. */
  receive(): Promise<number>;
  /** Hands an item over and returns true if that needs no waiting, else returns false. */
  trySend(item: number): boolean;
  /** The next item if there is one now, else undefined. */
  tryReceive(): number | undefined;
}

export interface ChannelLikeOptions {
  /** Which of several items comes out first. Default "oldest". */
  first?: ItemOrder;
  /** Whether it can be made with a capacity of 0, so that every sender waits for a receiver. Default false. */
  rendezvous?: boolean;
}

export type ItemOrder = "oldest" | "newest" | "smallest";
