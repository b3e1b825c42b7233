import { checkCount, checkOptions, invalid } from "../ground/check.js";

/** Bodies that go to files. */
export interface SaveTo {
  /** The folder; it is made if need be. */
  dir: string;
  /** How large a text has to be to go there, in bytes; what is no text always goes there. Default 0: everything. */
  from?: number;
  /**
   * Whether a file that is there already is replaced. Default false: it stays, and the new one is called "name-2.ext",
   * "name-3.ext" …
   */
  replace?: boolean;
}

/** The largest body that is saved where nobody has said anything else, in bytes. */
export const MAX_SAVED_BYTES: number = 2 ** 30;

/** How long a request may take then, in milliseconds: as long as a page. */
export const SAVING_TIMEOUT = 600_000;

/** @throws InvalidArgumentError */
export function checkSaveTo(doing: string, value: unknown): asserts value is string | SaveTo {
  if (typeof value === "string" && value !== "") return;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(doing, "saveTo must be a folder, or an object with a dir", value);
  }
  checkOptions(doing, value, ["dir", "from", "replace"]);
  const { dir, from = 0, replace = false } = value as Record<string, unknown>;
  if (typeof dir !== "string" || dir === "") throw invalid(doing, "saveTo.dir must be a folder", dir);
  checkCount(doing, from, { what: "saveTo.from", least: 0, orInfinity: true });
  if (typeof replace !== "boolean") throw invalid(doing, "saveTo.replace must be true or false", replace);
}

/** With every default in its place. */
export function saveSettings(value: string | SaveTo): Required<SaveTo> {
  return { from: 0, replace: false, ...(typeof value === "string" ? { dir: value } : value) };
}
