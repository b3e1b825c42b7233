// Compiles an example and runs it: `node tools/run-example.mjs 03`. What follows goes to the example; without a name, all are listed.
//
// The examples see the package as users do: by its name, as it was built. So build first (`npm run example` does).
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const work = join(root, ".cache/examples");
const names = readdirSync(join(root, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""))
  .sort();
const [wanted, ...rest] = process.argv.slice(2);
const name = wanted === undefined ? undefined : names.find((each) => each.startsWith(wanted));

if (name !== undefined) {
  await runCompiled(compile(name));
} else {
  if (wanted !== undefined) {
    console.error(`Cannot run an example as none is called so: received "${wanted}"`);
    process.exitCode = 2;
  }
  for (const each of names) console.log(`${each.padEnd(27)}${firstComment(each)}`);
}

function firstComment(each) {
  const [line = ""] = readFileSync(join(root, "examples", `${each}.ts`), "utf8").split("\n");
  return line.replace(/^\/\/ /, "");
}

/** Returns the path of the script that the example has become. */
function compile(each) {
  mkdirSync(work, { recursive: true });
  const config = {
    extends: "../../tsconfig.base.json",
    compilerOptions: { rootDir: "../../examples", outDir: ".", declaration: false, isolatedDeclarations: false },
    files: [`../../examples/${each}.ts`],
  };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(config, null, 2));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", work], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
  return join(work, `${each}.js`);
}

/** In this process, not in a child: so Ctrl-C reaches the example alone, and it can clean up. */
async function runCompiled(script) {
  process.argv.splice(1, Infinity, script, ...rest);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(script).href);
}
