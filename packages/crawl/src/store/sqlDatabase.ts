import { InvalidStateError } from "heddle";
import { invalid } from "../ground/check.js";
import type { Database, DriverName, SqlValue, Statement } from "./database.js";
import type { Driver, RawDatabase } from "./drivers.js";
import { storeError } from "./storeError.js";

/** A database over a driver: what it takes and gives is checked, so that the drivers do not differ. */
export class SqlDatabase implements Database {
  readonly driver: DriverName;
  readonly path: string;
  readonly #driver: Driver;
  readonly #raw: RawDatabase;
  #state: "open" | "closed" = "open";
  /** Transactions that are open, one in the other. */
  #depth = 0;

  constructor(raw: RawDatabase, driver: Driver, path: string) {
    this.driver = driver.name;
    this.path = path;
    this.#driver = driver;
    this.#raw = raw;
  }

  exec(sql: string): void {
    this.#attempt("run a statement", () => this.#raw.exec(sql));
  }

  prepare<Row>(sql: string): Statement<Row> {
    const raw = this.#attempt("prepare a statement", () => this.#raw.prepare(sql));
    const call = <T>(doing: string, values: readonly SqlValue[], use: (values: unknown[]) => T): T => {
      checkValues(doing, values);
      return this.#attempt(doing, () => use(this.#driver.bind(values)));
    };
    return {
      run: (...values) => call("run a statement", values, (bound) => ({ changes: Number(raw.run(...bound).changes) })),
      get: (...values) => this.#tidied(call("read a row", values, (bound) => raw.get(...bound))),
      all: (...values) => {
        const rows = call("read rows", values, (bound) => raw.all(...bound)) as Row[];
        if (this.#driver.tidy !== undefined) for (const row of rows) this.#tidied(row);
        return rows;
      },
      iterate: (...values) => this.#iterate(call("read rows", values, (bound) => raw.iterate(...bound))),
    };
  }

  transaction<T>(fn: () => T): T {
    if (typeof fn !== "function") throw invalid("run a transaction", "it must be a function", fn);
    const [begin, commit, rollback] =
      this.#depth === 0
        ? ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"]
        : [
            `SAVEPOINT s${this.#depth}`,
            `RELEASE s${this.#depth}`,
            `ROLLBACK TO s${this.#depth}; RELEASE s${this.#depth}`,
          ];
    this.exec(begin);
    this.#depth++;
    try {
      const result = fn();
      if (isThenable(result)) throw invalid("run a transaction", "its function must not be async", fn);
      this.exec(commit);
      return result;
    } catch (error) {
      this.#rollBack(rollback);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#raw.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** After some errors, such as a full disk, SQLite has rolled back by itself. That one failed is known already. */
  #rollBack(sql: string): void {
    try {
      this.exec(sql);
    } catch {}
  }

  *#iterate<Row>(rows: Iterator<unknown>): Generator<Row, undefined, undefined> {
    let isOver = false;
    try {
      for (;;) {
        const next = this.#attempt("read a row", () => rows.next());
        isOver = next.done === true;
        if (isOver) return;
        yield this.#tidied(next.value);
      }
    } finally {
      if (!isOver && this.#state === "open") this.#driver.abandon(rows);
    }
  }

  #tidied<Row>(row: unknown): Row {
    if (row !== undefined) this.#driver.tidy?.(row as Record<string, unknown>);
    return row as Row;
  }

  #attempt<T>(doing: string, call: () => T): T {
    if (this.#state === "closed") throw new InvalidStateError(`Cannot ${doing} as the database is closed`);
    try {
      return call();
    } catch (error) {
      throw storeError(doing, error);
    }
  }
}

/** One driver ends the process when it meets a boolean, others store what was not meant. */
function checkValues(doing: string, values: readonly SqlValue[]): void {
  for (const value of values as readonly unknown[]) {
    if (typeof value === "string" && !value.includes("\0")) continue;
    if (typeof value === "number" && !Number.isNaN(value)) continue;
    if (value === null || typeof value === "bigint" || value instanceof Uint8Array) continue;
    const why = "values are null, numbers, bigints, strings without NUL and Uint8Arrays";
    throw invalid(doing, why, value);
  }
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
