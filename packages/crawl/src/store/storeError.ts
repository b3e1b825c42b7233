import { InvalidArgumentError } from "heddle";
import { StoreError } from "../ground/errors.js";

/** SQLite's primary result codes, by number. One driver has only the numbers. */
const CODES: Readonly<Record<number, string>> = {
  1: "SQLITE_ERROR",
  3: "SQLITE_PERM",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  7: "SQLITE_NOMEM",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  18: "SQLITE_TOOBIG",
  19: "SQLITE_CONSTRAINT",
  20: "SQLITE_MISMATCH",
  21: "SQLITE_MISUSE",
  25: "SQLITE_RANGE",
  26: "SQLITE_NOTADB",
};

/** The same error from every driver: with the primary code, and in our words. */
export function storeError(doing: string, error: unknown): Error {
  if (error instanceof StoreError || error instanceof InvalidArgumentError) return error;
  const { message = String(error) } = error as Partial<Error>;
  return new StoreError(codeOf(error, message), `Cannot ${doing} as the database says: ${message}`, error);
}

function codeOf(error: unknown, message: string): string {
  const { code, errcode, rawCode } = error as { code?: unknown; errcode?: unknown; rawCode?: unknown };
  const number = typeof errcode === "number" ? errcode : rawCode;
  // The higher bits say more; they are not the same for all versions.
  if (typeof number === "number") return CODES[number & 0xff] ?? "SQLITE_ERROR";
  if (typeof code === "string" && code.startsWith("SQLITE_")) {
    return Object.values(CODES).find((each) => code === each || code.startsWith(`${each}_`)) ?? code;
  }
  return /unable to open|cannot open/i.test(message) ? "SQLITE_CANTOPEN" : "SQLITE_ERROR";
}
