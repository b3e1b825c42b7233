// Runs every check, in order, and stops at the first that fails: `npm run ok`. CI runs exactly this, after
// `npm run runtimes`, which needs the network for the other runtimes.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const STEPS = [
  { script: "types", what: "All sources, tests, examples and tools type-check" },
  { script: "lint", what: "Style and formatting" },
  { script: "layers", what: "Imports go down only" },
  { script: "build", what: "The packages build" },
  { script: "docs", what: "The samples of the documents compile, run and print what they say" },
  { script: "exports", what: "The packages are fit to be published" },
  { script: "test", what: "Tests" },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const start = performance.now();
for (const [index, { script, what }] of STEPS.entries()) {
  console.log(`\n=== ${index + 1}/${STEPS.length} ${script}: ${what}`);
  const stepStart = performance.now();
  const { status, signal, error } = spawnSync("npm", ["run", "--silent", script], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  const took = seconds(stepStart);
  if (status !== 0) {
    const why = error?.message ?? signal ?? `status ${status}`;
    console.error(`\n=== Not ok: "${script}" failed after ${took} (${why}). Run it alone with: npm run ${script}`);
    process.exit(1);
  }
  // The summary of the tests has to stay the last line of all, where CI reads it.
  if (index < STEPS.length - 1) console.log(`=== ${script} passed in ${took}, ${seconds(start)} in all`);
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
