// Builds once before the tests, because some of them run the real `heddle` command, which lives in dist.
// A type error does not stop the tests here: `npm run types` is the step that reports it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export function setup() {
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, "-b"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}The build has errors: tests that run the built command may be stale\n`);
  }
}
