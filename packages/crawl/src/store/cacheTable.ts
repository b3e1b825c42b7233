import type { Database, SqlValue, Statement } from "./database.js";

/** An answer as it is stored, without its body. */
export interface CacheRow {
  readonly id: number;
  readonly status: number;
  /** JSON of the fields. */
  readonly headers: string;
  /** JSON of the `Selection`. */
  readonly selection: string;
  readonly requested_at: number;
  readonly had_authorization: number;
  readonly sets_cookies: number;
}

export interface CacheEntry {
  /** Of the URL. */
  readonly key: string;
  readonly partition: string;
  readonly status: number;
  readonly headers: string;
  readonly selection: string;
  readonly requestedAt: number;
  readonly hadAuthorization: boolean;
  readonly setsCookies: boolean;
  readonly usedAt: number;
  readonly body: Uint8Array;
}

const VERSION = 1;

/** What an entry takes up besides its headers and its body, in bytes. */
const OVERHEAD = 300;

/** Of answers to one URL that depend on request fields, so many are kept. */
const MOST_VARIANTS = 8;

/**
 * Bodies are in a table of their own: to note when an answer was used, or was found to be still good, does not move
 * them. The sum of sizes is kept by triggers, so that it is right for all processes, and after a crash.
 */
const SCHEMA = `
  CREATE TABLE http_cache (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    partition TEXT NOT NULL,
    selection TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    had_authorization INTEGER NOT NULL,
    sets_cookies INTEGER NOT NULL,
    size INTEGER NOT NULL,
    used_at INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX http_cache_key ON http_cache (key, partition, selection);
  CREATE INDEX http_cache_used ON http_cache (used_at);
  CREATE TABLE http_cache_body (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE http_cache_total (version INTEGER NOT NULL, entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
  INSERT INTO http_cache_total VALUES (${VERSION}, 0, 0);
  CREATE TRIGGER http_cache_added AFTER INSERT ON http_cache BEGIN
    UPDATE http_cache_total SET entries = entries + 1, bytes = bytes + new.size;
  END;
  CREATE TRIGGER http_cache_resized AFTER UPDATE OF size ON http_cache BEGIN
    UPDATE http_cache_total SET bytes = bytes + new.size - old.size;
  END;
  CREATE TRIGGER http_cache_removed AFTER DELETE ON http_cache BEGIN
    DELETE FROM http_cache_body WHERE id = old.id;
    UPDATE http_cache_total SET entries = entries - 1, bytes = bytes - old.size;
  END;
`;

const DROP = `
  DROP TABLE IF EXISTS http_cache;
  DROP TABLE IF EXISTS http_cache_body;
  DROP TABLE IF EXISTS http_cache_total;
`;

/** The tables of the cache, and what is done with them: SQL is here, and rules are elsewhere. */
export class CacheTable {
  readonly #database: Database;
  readonly #find: Statement<CacheRow>;
  readonly #body: Statement<{ body: Uint8Array }>;
  readonly #same: Statement<{ id: number }>;
  readonly #insert: Statement<{ id: number }>;
  readonly #replace: Statement;
  readonly #putBody: Statement;
  readonly #refresh: Statement;
  readonly #use: Statement;
  readonly #remove: Statement;
  readonly #removeKey: Statement;
  readonly #variants: Statement<{ id: number }>;
  readonly #total: Statement<{ entries: number; bytes: number }>;
  readonly #oldest: Statement<{ id: number; size: number }>;

  constructor(database: Database) {
    this.#database = database;
    database.transaction(() => {
      if (versionOf(database) !== VERSION) database.exec(DROP + SCHEMA);
    });
    const prepare = <Row = Record<string, SqlValue>>(sql: string): Statement<Row> => database.prepare<Row>(sql);
    const columns = "id, status, headers, selection, requested_at, had_authorization, sets_cookies";
    this.#find = prepare(
      `SELECT ${columns} FROM http_cache WHERE key = ? AND partition = ? ORDER BY requested_at DESC, id DESC`,
    );
    this.#body = prepare("SELECT body FROM http_cache_body WHERE id = ?");
    this.#same = prepare("SELECT id FROM http_cache WHERE key = ? AND partition = ? AND selection = ?");
    const values = "status, headers, requested_at, had_authorization, sets_cookies, size, used_at";
    this.#insert = prepare(
      `INSERT INTO http_cache (key, partition, selection, ${values}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    );
    this.#replace = prepare(`UPDATE http_cache SET (${values}) = (?, ?, ?, ?, ?, ?, ?) WHERE id = ?`);
    this.#putBody = prepare("INSERT OR REPLACE INTO http_cache_body VALUES (?, ?)");
    this.#refresh = prepare("UPDATE http_cache SET headers = ?, requested_at = ?, used_at = ? WHERE id = ?");
    this.#use = prepare("UPDATE http_cache SET used_at = ? WHERE id = ? AND used_at < ?");
    this.#remove = prepare("DELETE FROM http_cache WHERE id = ?");
    this.#removeKey = prepare("DELETE FROM http_cache WHERE key = ?");
    this.#variants = prepare(
      `SELECT id FROM http_cache WHERE key = ? AND partition = ? ORDER BY used_at DESC LIMIT -1 OFFSET ${MOST_VARIANTS}`,
    );
    this.#total = prepare("SELECT entries, bytes FROM http_cache_total");
    this.#oldest = prepare("SELECT id, size FROM http_cache ORDER BY used_at LIMIT 64");
  }

  /** All answers for a URL, the newest first. */
  find(key: string, partition: string): CacheRow[] {
    return this.#find.all(key, partition);
  }

  /** Undefined when it was removed meanwhile. */
  body(id: number): Uint8Array | undefined {
    return this.#body.get(id)?.body;
  }

  /** Stores an answer in the place of the one with the same selection. */
  put(entry: CacheEntry): void {
    const { key, partition, selection, status, headers, requestedAt, usedAt, body } = entry;
    const size = OVERHEAD + headers.length + body.length;
    const flags = [Number(entry.hadAuthorization), Number(entry.setsCookies)] as const;
    const values = [status, headers, requestedAt, ...flags, size, usedAt] as const;
    this.#database.transaction(() => {
      let id = this.#same.get(key, partition, selection)?.id;
      if (id === undefined) id = this.#insert.get(key, partition, selection, ...values)?.id ?? 0;
      else this.#replace.run(...values, id);
      this.#putBody.run(id, body);
      for (const extra of this.#variants.all(key, partition)) this.#remove.run(extra.id);
    });
  }

  /** A 304 has confirmed it. */
  refresh(id: number, headers: string, times: { requestedAt: number; usedAt: number }): void {
    this.#refresh.run(headers, times.requestedAt, times.usedAt, id);
  }

  /** Notes when answers were used last. */
  use(times: Iterable<readonly [id: number, usedAt: number]>): void {
    this.#database.transaction(() => {
      for (const [id, usedAt] of times) this.#use.run(usedAt, id, usedAt);
    });
  }

  remove(id: number): void {
    this.#remove.run(id);
  }

  /** Removes all answers for these URLs, and says how many there were. */
  removeAll(keys: readonly string[]): number {
    return this.#database.transaction(() => keys.reduce((sum, key) => sum + this.#removeKey.run(key).changes, 0));
  }

  clear(): void {
    this.#database.exec("DELETE FROM http_cache");
  }

  total(): { entries: number; bytes: number } {
    return this.#total.get() ?? { entries: 0, bytes: 0 };
  }

  /** Removes those that were longest not used until all together have no more than `most` bytes. Says how many. */
  shrink(most: number): number {
    if (this.total().bytes <= most) return 0;
    return this.#database.transaction(() => {
      let removed = 0;
      for (let { bytes } = this.total(); bytes > most; ) {
        const oldest = this.#oldest.all();
        if (oldest.length === 0) break;
        for (const { id, size } of oldest) {
          if (bytes <= most) break;
          this.#remove.run(id);
          bytes -= size;
          removed++;
        }
      }
      return removed;
    });
  }
}

/** Undefined where there are no such tables, or ones that this program does not know. */
function versionOf(database: Database): number | undefined {
  const exists = database.prepare("SELECT 1 AS one FROM sqlite_master WHERE name = 'http_cache_total'").get();
  return exists && database.prepare<{ version: number }>("SELECT version FROM http_cache_total").get()?.version;
}
