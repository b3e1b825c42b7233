// npm run soak [-- PATH...]: the property tests, the differential tests and the model tests with many more runs each.
// HEDDLE_SOAK says how many times as many; default 20.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const factor = process.env.HEDDLE_SOAK ?? "20";
if (!(Number(factor) >= 1)) {
  console.error(`Cannot soak as HEDDLE_SOAK must be a number, 1 or more: received ${JSON.stringify(factor)}`);
  process.exit(2);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const paths = process.argv.length > 2 ? process.argv.slice(2) : ["packages/heddle/test", "packages/crawl/test"];
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", "--testTimeout=3600000", ...paths], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, HEDDLE_SOAK: factor },
});
process.exit(status ?? 1);
