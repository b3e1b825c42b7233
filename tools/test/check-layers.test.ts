import { expect, test } from "vitest";
import type { ToolResult, Tree } from "./plantTree.js";
import { plantTree, runTool } from "./plantTree.js";

const door = (name: string): object => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` });

const rules = {
  lines: { lookTwice: 20, most: 40 },
  packages: [
    {
      name: "core",
      folder: "packages/core",
      layers: [
        { name: "ground", files: ["src/ground/"] },
        { name: "task", files: ["src/task/"] },
        { name: "doors", files: ["src/index.ts", "src/testing.ts"] },
      ],
      packages: {},
      externals: { "node:util": ["src/ground/"] },
    },
    {
      name: "@acme/app",
      folder: "packages/app",
      layers: [{ name: "app", files: ["src/"] }],
      packages: { core: ["."] },
      externals: { "node:*": ["src/"], "node:timers": [], undici: ["src/"] },
    },
  ],
  around: ["packages/*/test", "examples"],
};

/** Two packages in which everything is as it should be. */
const clean: Tree = {
  "tools/layers.json": JSON.stringify(rules),
  "packages/core/package.json": JSON.stringify({
    name: "core",
    exports: { ".": door("index"), "./testing": door("testing"), "./package.json": "./package.json" },
  }),
  "packages/core/src/ground/errors.ts": 'import { inspect } from "node:util";\nexport const show = inspect;\n',
  "packages/core/src/ground/clock.ts": 'import { show } from "./errors.js";\nexport const now = show;\n',
  "packages/core/src/task/scope.ts": 'import type { now } from "../ground/clock.js";\nexport type Now = typeof now;\n',
  "packages/core/src/index.ts": 'export { now } from "./ground/clock.js";\nexport type * from "./task/scope.js";\n',
  "packages/core/src/testing.ts": 'export * from "./index.js";\n',
  "packages/core/test/ground/clock.test.ts": 'import { now } from "../../src/ground/clock.js";\nnow("");\n',
  "packages/app/package.json": JSON.stringify({
    name: "@acme/app",
    exports: { ".": door("index") },
    dependencies: { core: "1.0.0", undici: "7.0.0" },
  }),
  "packages/app/src/index.ts": 'import { now } from "core";\nimport { Agent } from "undici";\nexport { now, Agent };\n',
  "packages/app/test/index.test.ts": 'import { now } from "core/testing";\nnow("");\n',
  "examples/one.ts": 'import { now } from "core";\nnow("");\n',
};

function check(changes: Tree): ToolResult {
  using tree = plantTree({ ...clean, ...changes });
  return runTool("check-layers.mjs", tree.root);
}

/** Plants one violation and expects exactly one complaint, at `at`, which has each of `parts`. */
function expectComplaint(changes: Tree, at: string, ...parts: readonly string[]): void {
  const { status, output } = check(changes);
  expect(status).toBe(1);
  expect(output.trim().split("\n")).toHaveLength(2);
  expect(output).toMatch(/Layers broken: 1 in \d+ source files\n$/);
  expect(output.startsWith(`${at}: Cannot `)).toBe(true);
  for (const part of parts) expect(output).toContain(part);
}

test("a clean tree passes", () => {
  const { status, output } = check({});
  expect(output).toBe("Layers kept by 6 source files in 2 packages\n");
  expect(status).toBe(0);
});

test("an upward import is caught, with both layers named", () => {
  expectComplaint(
    {
      "packages/core/src/ground/clock.ts": '\nimport { run } from "../task/scope.js";\nexport const now = run;\n',
    },
    "packages/core/src/ground/clock.ts:2",
    'Cannot import upward as layer "ground" is below layer "task": received "../task/scope.js"',
  );
});

test.each([
  ["import type", 'import type { Now } from "../task/scope.js";'],
  ["a type inside an import expression", 'export type Now = import("../task/scope.js").Now;'],
  ["import() at run time", 'export const later = () => import("../task/scope.js");'],
  ["an import for its side effects", 'import "../task/scope.js";'],
  ["a re-export", 'export { type Now } from "../task/scope.js";'],
  ["a re-export of everything", 'export * as scope from "../task/scope.js";'],
  ["an import over several lines", 'import scope, {\n  type Now, // from "./errors.js"\n} from "../task/scope.js";'],
  ["an import behind a regular expression", 'const quote = /[/"`]/; import "../task/scope.js"; quote.test(`"`);'],
  ["an import behind a division", 'const half = (1 + 1) / 2; import "../task/scope.js"; half / 2;'],
  ["an import inside a template", 'export const text = `a${[`${import("../task/scope.js")}`]}b`;'],
])("an upward import is caught when it is %s", (_, source) => {
  const { status, output } = check({
    "packages/core/src/ground/clock.ts": `${source}\nexport const now = 1;\n`,
  });
  expect(output).toContain('received "../task/scope.js"');
  expect(status).toBe(1);
});

test.each([
  ["in a line comment", '// import "../task/scope.js";'],
  ["in a doc comment", '/**\n * import { a } from "../task/scope.js";\n */'],
  ["in a string", `export const text = 'import "../task/scope.js";';`],
  ["in a template", 'export const text = `import "../task/scope.js";${1}import "../task/scope.js";`;'],
  ["in a regular expression", 'export const text = /import "..\\/task\\/scope.js";/;'],
  ["the name of a member", 'export const text = { import: 1, from: "../task/scope.js" }.import;'],
])("what only looks like an import is left alone when it is %s", (_, source) => {
  const { output } = check({ "packages/core/src/ground/clock.ts": `${source}\nexport const now = 1;\n` });
  expect(output).toContain("Layers kept");
});

test("a cycle of two files is caught, whole", () => {
  expectComplaint(
    { "packages/core/src/ground/errors.ts": 'import { now } from "./clock.js";\nexport const show = now;\n' },
    "packages/core/src/ground/clock.ts",
    'received "src/ground/clock.ts -> src/ground/errors.ts -> src/ground/clock.ts"',
  );
});

test("a cycle of three files is caught, even when one import is of a type only", () => {
  expectComplaint(
    {
      "packages/core/src/ground/errors.ts": 'import type { T } from "./timers.js";\nexport const show = 1 as T;\n',
      "packages/core/src/ground/timers.ts": 'import { now } from "./clock.js";\nexport type T = typeof now;\n',
    },
    "packages/core/src/ground/clock.ts",
    "src/ground/clock.ts -> src/ground/errors.ts -> src/ground/timers.ts -> src/ground/clock.ts",
  );
});

test("a file that imports itself is a cycle", () => {
  expectComplaint(
    { "packages/core/src/ground/clock.ts": 'export * from "./clock.js";\nexport const now = 1;\n' },
    "packages/core/src/ground/clock.ts",
    "src/ground/clock.ts -> src/ground/clock.ts",
  );
});

test("an import deep into another package is caught, and the doors are named", () => {
  expectComplaint(
    { "packages/app/src/index.ts": 'import { now } from "core/dist/ground/clock.js";\nexport { now };\n' },
    "packages/app/src/index.ts:1",
    'received "core/dist/ground/clock.js"',
    'Enter by "core", "core/testing"',
  );
});

test("a door that the package may not use is caught", () => {
  expectComplaint(
    { "packages/app/src/index.ts": 'import { now } from "core/testing";\nexport { now };\n' },
    "packages/app/src/index.ts:1",
    'Cannot import by this door as "@acme/app" may use "." only: received "core/testing"',
  );
});

test("a relative import across packages is caught, and the name is given", () => {
  expectComplaint(
    { "packages/app/src/index.ts": 'import { now } from "../../core/src/index.js";\nexport { now };\n' },
    "packages/app/src/index.ts:1",
    'Cannot import as the path leaves the package "@acme/app": received "../../core/src/index.js"',
    'Write import ... from "core"',
  );
});

test("an import of a package above is caught", () => {
  expectComplaint(
    { "packages/core/src/task/scope.ts": 'export { Agent } from "@acme/app";\n' },
    "packages/core/src/task/scope.ts:1",
    'Cannot import "@acme/app" as "core" does not stand on it',
  );
});

test("an import of a package from inside itself by its name is caught", () => {
  expectComplaint(
    { "packages/core/src/task/scope.ts": 'export { now } from "core";\n' },
    "packages/core/src/task/scope.ts:1",
    "Use a relative path",
  );
});

test.each(["undici", "node:fs", "fs", "core-js", "#internal"])("the unlisted external %s is caught", (name) => {
  expectComplaint(
    { "packages/core/src/ground/clock.ts": `import * as it from "${name}";\nexport const now = it;\n` },
    "packages/core/src/ground/clock.ts:1",
    `Cannot import as the module is not listed for "core" in tools/layers.json: received "${name}"`,
  );
});

test("a listed external is caught outside the folders it is listed for", () => {
  expectComplaint(
    { "packages/core/src/task/scope.ts": 'export { inspect as Now } from "node:util";\n' },
    "packages/core/src/task/scope.ts:1",
    'Cannot import here as the module is for "src/ground/" only: received "node:util"',
  );
});

test("an external that is listed for nowhere is caught in spite of a wider entry", () => {
  expectComplaint(
    { "packages/app/src/index.ts": 'export { setTimeout } from "node:timers";\n' },
    "packages/app/src/index.ts:1",
    'received "node:timers"',
  );
});

test("an external that is listed and not declared is caught", () => {
  expectComplaint(
    { "packages/app/package.json": JSON.stringify({ name: "@acme/app", dependencies: { core: "1.0.0" } }) },
    "packages/app/src/index.ts:2",
    'Cannot import as packages/app/package.json does not declare the dependency: received "undici"',
  );
});

test("a dependency that is declared and not listed is caught", () => {
  expectComplaint(
    {
      "packages/core/package.json": JSON.stringify({
        name: "core",
        exports: { ".": door("index"), "./testing": door("testing") },
        dependencies: { "left-pad": "1.0.0" },
      }),
    },
    "packages/core/package.json",
    'Cannot depend on a package as tools/layers.json does not list it: received "left-pad"',
  );
});

test("a file in no layer is caught", () => {
  expectComplaint(
    { "packages/core/src/groups/gather.ts": "export const gather = 1;\n" },
    "packages/core/src/groups/gather.ts",
    'Cannot place a file as no layer lists it: received "src/groups/gather.ts"',
  );
});

test("a package in no list is caught", () => {
  expectComplaint(
    { "packages/extra/package.json": "{}" },
    "tools/layers.json",
    'Cannot check a package as it is not listed: received "packages/extra"',
  );
});

test("packages listed in an order that does not hold are caught", () => {
  const [core, app] = rules.packages;
  expectComplaint(
    { "tools/layers.json": JSON.stringify({ ...rules, packages: [app, core] }) },
    "tools/layers.json",
    'Cannot let "@acme/app" import "core" as only packages listed before it are below it',
  );
});

test.each(["./missing.js", "./errors", "./errors.ts.js"])("the unresolvable import %s is caught", (specifier) => {
  expectComplaint(
    {
      "packages/core/src/ground/clock.ts": `import { show } from "${specifier}";\nexport const now = show;\n`,
    },
    "packages/core/src/ground/clock.ts:1",
    `Cannot resolve an import as there is no such file: received "${specifier}"`,
  );
});

test("an import of a file outside the sources is caught", () => {
  expectComplaint(
    {
      "packages/core/src/ground/clock.ts": 'export * from "../../test/ground/clock.test.js";\nexport const now = 1;\n',
    },
    "packages/core/src/ground/clock.ts:1",
    "Cannot import as the file is not part of the sources",
  );
});

test("a door with no source behind it is caught, whoever enters by it", () => {
  const { output } = check({
    "packages/core/package.json": JSON.stringify({
      name: "core",
      exports: { ".": door("main"), "./testing": door("testing") },
    }),
  });
  for (const at of ["packages/app/src/index.ts:1", "examples/one.ts:1"]) {
    expect(output).toContain(`${at}: Cannot resolve an import as there is no file behind the door: received "core"`);
  }
  expect(output).toContain("Expected packages/core/src/main.ts");
});

test("a computed import is caught, as nobody can follow it", () => {
  expectComplaint(
    { "packages/core/src/ground/clock.ts": "export const now = (name: string) => import(`./${name}.js`);\n" },
    "packages/core/src/ground/clock.ts:1",
    "Cannot follow an import as its path is computed",
  );
});

test("a test or an example that goes around the doors is caught", () => {
  expectComplaint(
    { "examples/one.ts": 'import { now } from "../packages/core/src/ground/clock.js";\nnow("");\n' },
    "examples/one.ts:1",
    "Cannot import by a path as the file belongs to another package",
  );
  expectComplaint(
    { "packages/app/test/index.test.ts": 'import { now } from "core/ground";\nnow("");\n' },
    "packages/app/test/index.test.ts:1",
    'Cannot import as "core" has no such door',
  );
});

test("a long file is mentioned, and one that is too long fails", () => {
  const long = check({ "packages/core/src/ground/long.ts": "export {};\n".repeat(21) });
  expect(long.output).toContain("packages/core/src/ground/long.ts: 21 lines, look twice");
  expect(long.status).toBe(0);
  expectComplaint(
    { "packages/core/src/ground/long.ts": "export {};\n".repeat(41) },
    "packages/core/src/ground/long.ts",
    'Cannot accept a file as it is longer than 40 lines: received "41 lines"',
  );
});

test("every violation is told at once, not only the first", () => {
  const { output } = check({
    "packages/core/src/ground/clock.ts": 'import "../task/scope.js";\nimport "undici";\nexport const now = 1;\n',
  });
  expect(output).toContain("packages/core/src/ground/clock.ts:1: ");
  expect(output).toContain("packages/core/src/ground/clock.ts:2: ");
  expect(output).toContain("Layers broken: 2");
});
