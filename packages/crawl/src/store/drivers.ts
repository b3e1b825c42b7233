import { createRequire } from "node:module";
import process from "node:process";
import type { DriverName, SqlValue } from "./database.js";

/** What the drivers have in common. */
export interface RawStatement {
  run(...values: unknown[]): { changes: number | bigint };
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  iterate(...values: unknown[]): Iterator<unknown>;
}

export interface RawDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): RawStatement;
  close(): unknown;
}

/** A way to SQLite, with what is peculiar to it. */
export interface Driver {
  readonly name: DriverName;
  /** What must be installed for it, in words that end a sentence. */
  readonly needs: string;
  /** Returns undefined where it is not to be had. */
  load(): Promise<((path: string) => RawDatabase) | undefined>;
  /** The arguments that bind these values. */
  bind(values: readonly SqlValue[]): unknown[];
  /** Puts right, in place, what is peculiar about a row. */
  tidy?(row: Record<string, unknown>): void;
  /** Leaves a loop over rows before its end. */
  abandon(rows: Iterator<unknown>): void;
}

/** In the order in which they are tried. */
export const DRIVERS: readonly Driver[] = [
  {
    // Nothing to install, and the fastest. It is usable from Node 22.13 on; before, it was behind a flag.
    name: "node:sqlite",
    needs: "Node 22.13 or newer",
    async load() {
      const sqlite = await imported("node:sqlite");
      const { DatabaseSync, StatementSync } = (sqlite ?? {}) as Partial<NodeSqlite>;
      if (DatabaseSync === undefined || typeof StatementSync?.prototype.iterate !== "function") return undefined;
      return (path) => new DatabaseSync(path);
    },
    bind: (values) => [...values],
    abandon: (rows) => void rows.return?.(),
  },
  {
    name: "libsql",
    needs: "the package libsql (npm install libsql)",
    async load() {
      const Libsql = defaultOf(await imported("libsql")) as (new (path: string) => RawDatabase) | undefined;
      return Libsql && ((path) => new Libsql(path));
    },
    // As an array: a single blob would be taken for an object with names.
    bind: (values) => [values],
    // A single row comes with its duration, and blobs of several rows as bare buffers.
    tidy(row) {
      delete row["_metadata"];
      for (const name in row) {
        const value = row[name];
        if (value instanceof ArrayBuffer) row[name] = new Uint8Array(value);
      }
    },
    // It has no way to stop: until the last row is read, this connection sees the past.
    abandon(rows) {
      while (rows.next().done !== true);
    },
  },
  {
    name: "better-sqlite3",
    needs: "the package better-sqlite3 (npm install better-sqlite3)",
    async load() {
      if (!betterSqliteRuns()) return undefined;
      const Better = defaultOf(await imported("better-sqlite3")) as (new (path: string) => RawDatabase) | undefined;
      return Better && ((path) => new Better(path));
    },
    bind: (values) => [values],
    abandon: (rows) => void rows.return?.(),
  },
];

interface NodeSqlite {
  DatabaseSync: new (path: string) => RawDatabase;
  StatementSync: { prototype: { iterate?: unknown } };
}

/** A module that may be missing, or be there and not run on this machine. */
async function imported(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch {
    return undefined;
  }
}

function defaultOf(module: unknown): unknown {
  return (module as { default?: unknown } | undefined)?.default;
}

/** From version 13 on it crashes the process on Node 20 instead of refusing to load. */
function betterSqliteRuns(): boolean {
  try {
    const { version } = createRequire(import.meta.url)("better-sqlite3/package.json") as { version: string };
    return Number.parseInt(version, 10) < 13 || Number.parseInt(process.versions.node, 10) >= 22;
  } catch {
    return false;
  }
}
