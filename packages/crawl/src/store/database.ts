/** What goes into a statement and comes out of a row. Integers are exact up to 2^53, text holds no NUL. */
export type SqlValue = null | number | bigint | string | Uint8Array;

export type DriverName = "node:sqlite" | "libsql" | "better-sqlite3";

/** A statement that was prepared, to be used any number of times while its database is open. */
export interface Statement<Row = Record<string, SqlValue>> {
  /** Runs it and says how many rows it has changed. For statements that return no rows. @throws StoreError */
  run(...values: readonly SqlValue[]): { changes: number };
  /** The first row, if there is one. This and the others are for statements that return rows. @throws StoreError */
  get(...values: readonly SqlValue[]): Row | undefined;
  /** @throws StoreError */
  all(...values: readonly SqlValue[]): Row[];
  /** The rows one by one. Whoever leaves the loop early should do so soon: some drivers read on to the end. */
  iterate(...values: readonly SqlValue[]): IterableIterator<Row>;
}

/**
 * An SQLite database, over whichever driver there is. Nothing here waits: a call returns when SQLite has done it,
 * which is a matter of microseconds, unless another process holds the lock.
 */
export interface Database extends Disposable {
  readonly driver: DriverName;
  /** The file, or ":memory:". */
  readonly path: string;
  /** Runs one or several statements. @throws StoreError */
  exec(sql: string): void;
  /** @throws StoreError */
  prepare<Row = Record<string, SqlValue>>(sql: string): Statement<Row>;
  /**
   * Calls `fn` in a transaction: all that it writes is there afterwards, or, if it throws, nothing. Inside another
   * transaction it is a part of that, which fails for itself. `fn` must not be async, as others would get into the
   * transaction while it waits.
   *
   * @throws StoreError, or what `fn` throws
   */
  transaction<T>(fn: () => T): T;
  /** Closes it. Every other call throws afterwards; a second `close()` does nothing. */
  close(): void;
}
