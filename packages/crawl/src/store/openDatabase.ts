import process from "node:process";
import { sleep } from "heddle";
import { checkDuration, checkOptions, invalid } from "../ground/check.js";
import { MissingPartError, type StoreError } from "../ground/errors.js";
import type { Database, DriverName } from "./database.js";
import type { Driver } from "./drivers.js";
import { DRIVERS } from "./drivers.js";
import { SqlDatabase } from "./sqlDatabase.js";
import { storeError } from "./storeError.js";

export interface OpenDatabaseOptions {
  /**
   * How long a call waits for a lock that another process holds, in milliseconds. The whole process waits with it.
   * Default 5000.
   */
  busyTimeout?: number;
  /** The driver to use. Default: the first that is there of node:sqlite, libsql and better-sqlite3. */
  driver?: DriverName;
}

/** How often, and after how many milliseconds, a file is opened again that another process is just creating. */
const TRIES = 50;
const PAUSE = 20;

/**
 * Opens an SQLite database, which is created if there is none. It is in WAL mode with `synchronous = NORMAL`: a killed
 * process loses nothing that was committed, a machine without power perhaps the last moment, and neither spoils the file.
 *
 * If cancelled: throws `CancelledError`; nothing is open.
 *
 * @throws StoreError when the file cannot be opened, SQLite's name for the reason in `code`
 * @throws MissingPartError when there is no driver
 */
export async function openDatabase(path: string, options: OpenDatabaseOptions = {}): Promise<Database> {
  const doing = "open a database";
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw invalid(doing, 'its path must be a file name or ":memory:"', path);
  }
  checkOptions(doing, options, ["busyTimeout", "driver"]);
  const { busyTimeout = 5000, driver: wanted } = options;
  checkDuration(doing, busyTimeout, { what: "busyTimeout", finite: true });
  const names = DRIVERS.map(({ name }) => name);
  if (wanted !== undefined && !names.includes(wanted)) {
    throw invalid(doing, `the drivers are ${names.join(", ")}`, wanted);
  }
  const { driver, open } = await load(wanted);
  for (let tries = 1; ; tries++) {
    const database = attempt(path, driver, open);
    try {
      database.exec(`PRAGMA busy_timeout = ${Math.ceil(busyTimeout)}`);
      database.exec("PRAGMA journal_mode = WAL");
      database.exec("PRAGMA synchronous = NORMAL");
      return database;
    } catch (error) {
      database.close();
      // For the change to WAL SQLite does not wait, however long the timeout.
      if ((error as StoreError).code !== "SQLITE_BUSY" || tries === TRIES) throw error;
    }
    await sleep(PAUSE);
  }
}

interface Loaded {
  readonly driver: Driver;
  readonly open: NonNullable<Awaited<ReturnType<Driver["load"]>>>;
}

async function load(wanted: DriverName | undefined): Promise<Loaded> {
  const candidates = DRIVERS.filter(({ name }) => wanted === undefined || name === wanted);
  for (const driver of candidates) {
    const open = await driver.load();
    if (open !== undefined) return { driver, open };
  }
  if (wanted === "node:sqlite")
    throw invalid("open a database", "node:sqlite needs Node 22.13 or newer", process.version);
  throw new MissingPartError("open a database", wanted ?? "libsql");
}

function attempt(path: string, driver: Driver, open: Loaded["open"]): Database {
  try {
    return new SqlDatabase(open(path), driver, path);
  } catch (error) {
    throw storeError(`open the database ${path}`, error);
  }
}
