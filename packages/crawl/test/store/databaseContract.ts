import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, InvalidStateError } from "heddle";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../src/store/database.js";

/** What every driver must do, so that nobody above has to know which one it is. */
export function databaseContract(name: string, open: (path: string) => Promise<Database>): void {
  describe(name, () => {
    let folder: string;
    let database: Database;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "heddle-store-"));
      database = await open(join(folder, "a.db"));
      database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT UNIQUE, blob BLOB, real REAL)");
    });

    afterEach(() => {
      database.close();
      rmSync(folder, { recursive: true });
    });

    const ids = (from: Database = database): unknown =>
      from
        .prepare<{ id: number }>("SELECT id FROM t ORDER BY id")
        .all()
        .map(({ id }) => id);

    it("is in WAL mode, and waits for locks", () => {
      expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
      expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 1 });
      expect(database.prepare("PRAGMA busy_timeout").get()).toEqual({ timeout: 5000 });
    });

    it("gives back what was put in, in rows of nothing else", () => {
      const insert = database.prepare("INSERT INTO t VALUES (?, ?, ?, ?)");
      expect(insert.run(1, "Grüße 🧶", new Uint8Array([0, 1, 255]), 1.5)).toEqual({ changes: 1 });
      insert.run(Number.MAX_SAFE_INTEGER, null, new Uint8Array([9, 8, 7, 6]).subarray(1, 3), -0.25);
      insert.run(7n, "", new Uint8Array(0), 2);
      const rows = database.prepare("SELECT * FROM t ORDER BY id").all();
      const plain = rows.map((row) => Object.entries(row).map(([key, value]) => [key, bytes(value)]));
      expect(plain).toEqual([
        [
          ["id", 1],
          ["text", "Grüße 🧶"],
          ["blob", [0, 1, 255]],
          ["real", 1.5],
        ],
        [
          ["id", 7],
          ["text", ""],
          ["blob", []],
          ["real", 2],
        ],
        [
          ["id", Number.MAX_SAFE_INTEGER],
          ["text", null],
          ["blob", [8, 7]],
          ["real", -0.25],
        ],
      ]);
      const get = database.prepare("SELECT id, blob FROM t WHERE id = ?");
      const row = get.get(1) ?? {};
      expect(Object.keys(row)).toEqual(["id", "blob"]);
      expect(row["blob"]).toBeInstanceOf(Uint8Array);
      expect(get.get(2)).toBeUndefined();
    });

    it("binds a single blob as the value that it is", () => {
      const row = database.prepare("SELECT length(?) AS n").get(new Uint8Array(5));
      expect(row).toEqual({ n: 5 });
    });

    it("says how many rows were changed, and gives what RETURNING returns", () => {
      const insert = database.prepare("INSERT INTO t (text) VALUES (?) RETURNING id, text");
      expect(insert.get("a")).toEqual({ id: 1, text: "a" });
      expect(insert.all("b")).toEqual([{ id: 2, text: "b" }]);
      expect(database.prepare("UPDATE t SET real = 1").run()).toEqual({ changes: 2 });
      expect(database.prepare("DELETE FROM t WHERE id > 9").run()).toEqual({ changes: 0 });
    });

    it("iterates over rows, and sees the present again after a loop that was left", async () => {
      const insert = database.prepare("INSERT INTO t (text) VALUES (?)");
      database.transaction(() => {
        for (let n = 1; n <= 250; n++) insert.run(String(n));
      });
      const select = database.prepare<{ id: number }>("SELECT id FROM t ORDER BY id");
      expect([...select.iterate()].map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, n) => n + 1));
      for (const { id } of select.iterate()) if (id === 3) break;
      expect(select.get()).toEqual({ id: 1 });
      const other = await open(database.path);
      other.exec("DELETE FROM t WHERE id > 2");
      other.close();
      expect(ids()).toEqual([1, 2]);
      expect(insert.run("new").changes).toBe(1);
    });

    it("keeps all of a transaction or nothing, and a part of it that fails for itself", () => {
      const insert = database.prepare("INSERT INTO t (id) VALUES (?)");
      const failing = (): never => {
        insert.run(2);
        throw new Error("no");
      };
      expect(() => database.transaction(failing)).toThrow("no");
      expect(ids()).toEqual([]);
      const result = database.transaction(() => {
        insert.run(1);
        expect(() => database.transaction(failing)).toThrow("no");
        database.transaction(() => insert.run(3));
        return "done";
      });
      expect(result).toBe("done");
      expect(ids()).toEqual([1, 3]);
    });

    it("refuses an async transaction, and writes nothing", () => {
      const insert = database.prepare("INSERT INTO t (id) VALUES (?)");
      const call = (): unknown => database.transaction(async () => insert.run(1));
      expect(call).toThrow("Cannot run a transaction as its function must not be async: received a function");
      expect(ids()).toEqual([]);
    });

    it("refuses a transaction that is no function", () => {
      expect(() => database.transaction("BEGIN" as never)).toThrow("Cannot run a transaction as it must be a function");
    });

    it("throws StoreErrors with SQLite's codes", () => {
      database.exec("INSERT INTO t (id, text) VALUES (1, 'a')");
      const codeOf = (call: () => unknown): unknown => {
        try {
          return call();
        } catch (error) {
          return { name: (error as Error).name, code: (error as { code: unknown }).code };
        }
      };
      const name = "StoreError";
      expect(codeOf(() => database.prepare("SELEC"))).toEqual({ name, code: "SQLITE_ERROR" });
      expect(codeOf(() => database.exec("INSERT INTO nowhere VALUES (1)"))).toEqual({ name, code: "SQLITE_ERROR" });
      const insert = database.prepare("INSERT INTO t (id, text) VALUES (?, ?)");
      expect(codeOf(() => insert.run(1, "b"))).toEqual({ name, code: "SQLITE_CONSTRAINT" });
      expect(codeOf(() => insert.run(2, "a"))).toEqual({ name, code: "SQLITE_CONSTRAINT" });
      expect(() => database.exec("SELEC")).toThrow(/^Cannot run a statement as the database says: .*syntax error/);
    });

    it.each([[true], [undefined], [Number.NaN], ["a\0b"], [{}], [new Date()]])("refuses the value %j", (value) => {
      const select = database.prepare("SELECT ? AS value");
      expect(() => select.get(value as never)).toThrow(InvalidArgumentError);
      expect(() => [...select.iterate(value as never)]).toThrow(InvalidArgumentError);
    });

    it("says so when another connection holds the lock for too long", async () => {
      const other = await open(database.path);
      other.exec("PRAGMA busy_timeout = 1");
      database.transaction(() => {
        expect(() => other.transaction(() => {})).toThrow(expect.objectContaining({ code: "SQLITE_BUSY" }));
      });
      other.close();
    });

    it("refuses everything but another close() when it is closed", () => {
      const select = database.prepare("SELECT 1 AS one");
      database.close();
      expect(() => select.get()).toThrow(InvalidStateError);
      expect(() => database.exec("SELECT 1")).toThrow("Cannot run a statement as the database is closed");
      database.close();
    });

    it("refuses files that are none, and folders that are not there", async () => {
      writeFileSync(join(folder, "text.db"), "This is no database at all, but a text of some length. ".repeat(20));
      await expect(open(join(folder, "text.db"))).rejects.toMatchObject({ code: "SQLITE_NOTADB" });
      await expect(open(join(folder, "nowhere", "a.db"))).rejects.toMatchObject({ code: "SQLITE_CANTOPEN" });
    });

    it("opens many connections to a new file at once", async () => {
      const all = await Promise.all(Array.from({ length: 8 }, () => open(join(folder, "new.db"))));
      for (const each of all) each.exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)");
      for (const [n, each] of all.entries()) each.prepare("INSERT INTO t VALUES (?)").run(n);
      expect(ids(all[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      for (const each of all) each.close();
    });
  });
}

function bytes(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}
