import process from "node:process";
import { describe, expect, it } from "vitest";
import { DRIVERS } from "../../src/store/drivers.js";
import { openDatabase } from "../../src/store/openDatabase.js";
import { databaseContract } from "./databaseContract.js";

for (const { name, load } of DRIVERS) {
  const isThere = (await load()) !== undefined;
  if (isThere) databaseContract(name, (path) => openDatabase(path, { driver: name }));
  else it.skip(`${name} keeps the contract (skipped: needs it)`);
}

describe("openDatabase()", () => {
  it("takes the first driver that is there", async () => {
    using database = await openDatabase(":memory:");
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const hasOwn = major > 22 || (major === 22 && minor >= 13);
    expect(database.driver).toBe(hasOwn ? "node:sqlite" : "libsql");
    expect(database.path).toBe(":memory:");
  });

  it("says what to install when a driver is not there", async () => {
    const messages = new Map([
      ["node:sqlite", "Cannot open a database as node:sqlite needs Node 22.13 or newer: received"],
      ["libsql", 'an optional part is missing: install it with "npm install libsql"'],
      ["better-sqlite3", 'an optional part is missing: install it with "npm install better-sqlite3"'],
    ]);
    for (const { name, load } of DRIVERS) {
      if ((await load()) !== undefined) continue;
      await expect(openDatabase(":memory:", { driver: name })).rejects.toThrow(messages.get(name) ?? name);
    }
  });

  it.each([
    ["", {}, 'its path must be a file name or ":memory:": received "" (a string)'],
    [7, {}, "received 7"],
    [":memory:", { driver: "sqlite3" }, "the drivers are node:sqlite, libsql, better-sqlite3"],
    [":memory:", { busyTimeout: -1 }, "busyTimeout must be a number of milliseconds, 0 or more"],
    [":memory:", { timeout: 1 }, "the options are busyTimeout, driver"],
  ])("refuses %j with %j", async (path, options, message) => {
    await expect(openDatabase(path as string, options as never)).rejects.toThrow(message);
  });
});
