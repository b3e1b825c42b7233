import { expect, test } from "vitest";
import type { ToolResult, Tree } from "./plantTree.js";
import { plantTree, runTool } from "./plantTree.js";

const manifest = {
  name: "adder",
  version: "1.0.0",
  license: "MIT",
  type: "module",
  exports: {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./package.json": "./package.json",
  },
  sideEffects: false,
  files: ["dist"],
};

const clean: Tree = {
  "packages/adder/package.json": JSON.stringify(manifest),
  "packages/adder/LICENSE": "MIT",
  "packages/adder/src/index.ts": "export const one = 1;\n",
  "packages/adder/dist/index.js": "export const one = 1;\n",
  "packages/adder/dist/index.d.ts": "export declare const one = 1;\n",
};

function check(changes: Tree): ToolResult {
  using tree = plantTree({ ...clean, ...changes });
  return runTool("check-exports.mjs", tree.root);
}

test("a package whose doors open passes", () => {
  expect(check({})).toEqual({ status: 0, output: "Packages fit to be published: 1\n" });
});

test("types that come after the code they describe fail", () => {
  const exports = { ".": { default: "./dist/index.js", types: "./dist/index.d.ts" } };
  const { status, output } = check({
    "packages/adder/package.json": JSON.stringify({ ...manifest, exports }),
  });
  expect(output).toContain("packages/adder: Cannot publish a package as publint objects");
  expect(status).toBe(1);
});

test("a door that Node cannot import fails, and so does a built file without a source", () => {
  const { status, output } = check({
    "packages/adder/dist/index.js": 'export { one } from "./gone.js";\n',
    "packages/adder/dist/old.js": "export {};\n",
  });
  expect(output).toContain("packages/adder: Cannot import adder as Node objects");
  expect(output).toContain('Cannot publish a built file as its source is gone: received "dist/old.js');
  expect(status).toBe(1);
});
