// Runs before each test file: the tests are of no use if they do not run where they are said to.
const { bun, deno, node } = process.versions;
const here = bun !== undefined ? `bun ${bun}` : deno !== undefined ? `deno ${deno}` : `node ${node}`;
const expected = process.env["HEDDLE_RUNTIME"];
if (here !== expected) throw new Error(`Cannot test on ${expected} as this is another runtime: received ${here}`);
