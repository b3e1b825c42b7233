import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Paths below the root of a tree, and what is in each file. */
export type Tree = Readonly<Record<string, string>>;

/** What a tool did: its exit status, and all that it printed. */
export interface ToolResult {
  readonly status: number | null;
  readonly output: string;
}

/** Makes the files of `tree` in a new temporary folder, which is removed when the returned handle is disposed. */
export function plantTree(tree: Tree): Disposable & { readonly root: string } {
  const root = mkdtempSync(join(tmpdir(), "heddle-tools-"));
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** Runs a tool of `tools/` as a program of its own. */
export function runTool(name: string, ...args: readonly string[]): ToolResult {
  const tool = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], { encoding: "utf8" });
  return { status, output: stdout + stderr };
}
