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
    async load() {
      const sqlite = builtin("node:sqlite");
      const { DatabaseSync, StatementSync } = (sqlite ?? {}) as Partial<NodeSqlite>;
      if (DatabaseSync === undefined || typeof StatementSync?.prototype.iterate !== "function") return undefined;
      return (path) => new DatabaseSync(path);
    },
    bind: (values) => [...values],
    abandon: (rows) => void rows.return?.(),
  },
  {
    name: "libsql",
    async load() {
      try {
        const { default: Libsql } = await import("libsql");
        return (path) => new Libsql(path) as RawDatabase;
      } catch {
        return undefined;
      }
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
    async load() {
      const Better = betterSqlite();
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

/** Undefined where this Node has no such module, or has it behind a flag. */
function builtin(name: string): unknown {
  return (process.getBuiltinModule as ((name: string) => unknown) | undefined)?.(name);
}

type OpenRaw = new (path: string) => RawDatabase;

/** It is no dependency of ours, so it is looked for at run time only. */
function betterSqlite(): OpenRaw | undefined {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require("better-sqlite3/package.json") as { version: string };
    // From version 13 on it crashes the process on Node 20 instead of refusing to load.
    const runs = Number.parseInt(version, 10) < 13 || Number.parseInt(process.versions.node, 10) >= 22;
    return runs ? (require("better-sqlite3") as OpenRaw) : undefined;
  } catch {
    return undefined;
  }
}
