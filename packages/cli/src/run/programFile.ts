import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { CannotReadError, systemReason } from "../errors.js";

/** Options of Node's that may teach it to run what it cannot run by itself. */
const TEACHES = /--(import|require|loader|experimental-loader|experimental-(strip|transform)-types)\b|(^|\s)-r\b/;

/**
 * The file that Node is to run, by its whole path: that which was named, or what Node takes in its place.
 *
 * @param nodeOptions what Node is told besides
 * @throws CannotReadError in place of the stack that Node would print
 */
export function programFile(file: string, nodeOptions: string): string {
  const path = found(file);
  if (!canRun(path) && !TEACHES.test(nodeOptions)) {
    const why = /x$/.test(path)
      ? `Node runs no ${path.slice(path.lastIndexOf("."))} files`
      : `Node ${process.versions.node} does not run TypeScript, as versions from 22.18 on do`;
    throw new CannotReadError(`Cannot run ${quoted(file)} as ${why}: compile it first, or add --import tsx`);
  }
  return path;
}

function found(file: string): string {
  const path = resolve(file);
  try {
    accessSync(path, constants.R_OK);
    if (!statSync(path).isDirectory()) return path;
  } catch (error) {
    const taken = takenFor(path);
    if (taken !== undefined) return taken;
    throw new CannotReadError(`Cannot run ${quoted(file)} as ${systemReason(error)}`);
  }
  const taken = takenFor(path);
  if (taken !== undefined) return taken;
  throw new CannotReadError(
    `Cannot run ${quoted(file)} as it is a folder with no index.js in it, nor a package.json with "main"`,
  );
}

/** What Node takes for a name without its ending, or for a folder. */
function takenFor(path: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    return undefined;
  }
}

function canRun(path: string): boolean {
  if (/\.[jt]sx$/.test(path)) return false;
  if (!/\.[cm]?ts$/.test(path)) return true;
  return Boolean((process.features as { typescript?: string | false }).typescript);
}

function quoted(file: string): string {
  return JSON.stringify(file);
}
