import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { ToolResult, Tree } from "./plantTree.js";
import { plantTree, runTool } from "./plantTree.js";

const fence = "```";

/** A library that samples can import as its users do, and the compiler's options of this repository. */
const library: Tree = {
  "package.json": '{ "type": "module" }',
  "tsconfig.base.json": JSON.stringify({
    extends: fileURLToPath(new URL("../../tsconfig.base.json", import.meta.url)),
  }),
  "node_modules/adder/package.json": '{ "name": "adder", "type": "module", "exports": "./index.js" }',
  "node_modules/adder/index.js": "export const add = (a, b) => a + b;",
  "node_modules/adder/index.d.ts": "export declare const add: (a: number, b: number) => number;",
};

function check(tree: Tree): ToolResult {
  using planted = plantTree({ ...library, ...tree });
  return runTool("check-docs.mjs", planted.root);
}

const markdown = (code: string, marks = "ts"): string => `# Title\n\n${fence}${marks}\n${code}\n${fence}\n`;

test("samples that compile and print what they say pass, wherever they stand", () => {
  const sample = 'import { add } from "adder";\nconsole.log(add(1, 2)); // prints: 3\n';
  const { status, output } = check({
    "README.md": markdown(sample),
    "docs/guide/one.md": `1. In a list:\n   ${fence}ts\n   console.log("a\\nb");\n   // prints: a\n   // prints: b\n   ${fence}\n`,
    "packages/p/README.md": markdown("console.log(await Promise.resolve(7));"),
    "packages/p/src/add.ts": `/**\n * Adds.\n *\n * @example\n * ${fence}ts\n * console.log(1); // prints: 1\n * ${fence}\n */\nexport {};\n`,
  });
  expect(output).toBe("Samples hold: 4 compiled, 4 of them run\n");
  expect(status).toBe(0);
});

test("no samples at all is nothing to complain about", () => {
  expect(check({})).toEqual({ status: 0, output: "Samples hold: 0 compiled, 0 of them run\n" });
});

test("a sample that does not compile fails, at its line in the document", () => {
  const { status, output } = check({ "README.md": markdown('import { add } from "adder";\nadd("1", 2);') });
  expect(output).toContain("README.md:5: Cannot compile a sample as error TS2345");
  expect(status).toBe(1);
});

test("a sample of a doc comment that does not compile fails, at its line in the source", () => {
  const source = `export {};\n/**\n * @example\n * ${fence}ts\n * const a: string = 1;\n * ${fence}\n */\n`;
  expect(check({ "packages/p/src/a.ts": source }).output).toContain("packages/p/src/a.ts:5: Cannot compile");
});

test("a sample that does not compile does not keep the others from being run", () => {
  const { output } = check({
    "README.md": markdown("nothing();") + markdown("console.log(1); // prints: 2"),
  });
  expect(output).toContain("README.md:4: Cannot compile");
  expect(output).toContain("README.md:9: Cannot accept");
});

test.each([
  ["another line", "console.log(1); // prints: 2", 'line 1 of its output should be "2": received "1"'],
  ["lines in another order", 'console.log("b\\na"); // prints: a\n// prints: b', 'should be "a": received "b"'],
  ["too little", "console.log(1); // prints: 1\n// prints: 2", 'line 2 of its output should be "2": received no more'],
  [
    "too much",
    "console.log(1); // prints: 1\nconsole.log(2);",
    'line 2 of its output should be no more output: received "2"',
  ],
])("a sample that prints %s than it says fails", (_, code, complaint) => {
  const { status, output } = check({ "README.md": markdown(code) });
  expect(output).toContain(complaint);
  expect(status).toBe(1);
});

test("a sample that throws fails, with its message and its line", () => {
  const { status, output } = check({ "README.md": markdown('throw new Error("Broken on purpose");') });
  expect(output).toContain("README.md:4: Cannot accept a sample as it failed: received status 1");
  expect(output).toContain("Broken on purpose");
  expect(status).toBe(1);
});

test("a sample marked no-run is compiled only", () => {
  const passing = check({ "README.md": markdown("throw new Error();", "ts no-run") });
  expect(passing.output).toBe("Samples hold: 1 compiled, 0 of them run\n");
  expect(check({ "README.md": markdown("const a: string = 1;", "ts no-run") }).status).toBe(1);
});

test("a sample that would escape the check by its mark fails", () => {
  expect(check({ "README.md": markdown("", "typescript") }).output).toContain('received "typescript"');
  expect(check({ "README.md": markdown("", "ts norun") }).output).toContain('received "norun"');
  expect(check({ "README.md": `${fence}ts\n1;\n` }).output).toContain("its fence is not closed");
  const source = "/**\n * @example\n * add(1, 2);\n */\n";
  expect(check({ "packages/p/src/a.ts": source }).output).toContain("src/a.ts:2: Cannot check an example");
});

test("blocks of other languages are left alone", () => {
  const { output } = check({
    "README.md": markdown("npm ci", "sh") + markdown("", "") + markdown("{", "json"),
  });
  expect(output).toBe("Samples hold: 0 compiled, 0 of them run\n");
});
