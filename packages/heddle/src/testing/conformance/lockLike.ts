/** What lets one task in at a time: a lock, a semaphore with one permit, the writing side of a readers-writer lock. */
export interface LockLike {
  /** Waits until the caller is in. What it returns lets the next one in when it is disposed of. */
  acquire(): Promise<Disposable>;
  /** The same, if it needs no waiting; else undefined. */
  tryAcquire(): Disposable | undefined;
  /** How many tasks wait in `acquire()`. */
  waiting(): number;
}
