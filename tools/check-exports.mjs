// Checks every package as it would be published: `node tools/check-exports.mjs [ROOT]`. Build first (`npm run exports` does).
//
// Each is packed by npm into a temporary folder, and the tarball is what is looked at:
// publint reads package.json against the files, attw resolves the types as TypeScript does for ES modules, every door is
// imported by Node, and nothing is in it that the sources do not explain.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("..", import.meta.url));
const root = resolve(process.argv[2] ?? home);
const errors = [];
const folder = mkdtempSync(join(tmpdir(), "heddle-exports-"));
const names = readdirSync(join(root, "packages")).filter((name) =>
  existsSync(join(root, "packages", name, "package.json")),
);

try {
  for (const name of names) checkPackage(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const error of errors) console.error(error);
if (errors.length > 0) {
  console.error(`Exports broken: ${errors.length} complaints about ${names.length} packages`);
  process.exitCode = 1;
} else {
  console.log(`Packages fit to be published: ${names.length}`);
}

function checkPackage(name) {
  const place = `packages/${name}`;
  const manifest = JSON.parse(readFileSync(join(root, place, "package.json"), "utf8"));
  const packed = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], join(root, place));
  if (packed.status !== 0) {
    fail(place, "Cannot pack a package as npm failed", packed.output);
    return;
  }
  const [{ filename, files }] = Object.values(JSON.parse(packed.stdout));
  const tarball = join(folder, filename);
  checkFiles(place, manifest, files);

  const publint = run(process.execPath, [bin("publint"), tarball, "--strict"], folder);
  if (publint.status !== 0) fail(place, "Cannot publish a package as publint objects", publint.output);

  const doors = Object.keys(manifest.exports ?? {}).filter((door) => door !== "./package.json");
  if (doors.length === 0) return;
  const attw = run(
    process.execPath,
    [bin("@arethetypeswrong/cli"), tarball, "--profile", "esm-only", "--format", "ascii", "--no-definitely-typed"],
    folder,
  );
  if (attw.status !== 0) fail(place, "Cannot publish a package as attw objects", attw.output);

  const specifiers = doors.map((door) => manifest.name + door.slice(1));
  const script = specifiers.map((specifier) => `await import(${JSON.stringify(specifier)});`).join("\n");
  const imported = run(process.execPath, ["--input-type=module", "--eval", script], join(root, place));
  if (imported.status !== 0) fail(place, `Cannot import ${specifiers.join(", ")} as Node objects`, imported.output);
}

function checkFiles(place, manifest, files) {
  const packed = new Set(files.map(({ path }) => path));
  for (const needed of ["package.json", "LICENSE", ...Object.values(manifest.bin ?? {})]) {
    if (!packed.has(needed)) fail(place, "Cannot publish a package as a file is missing", needed);
  }
  for (const path of packed) {
    const source = /^dist\/(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(path)?.[1];
    if (source !== undefined && !existsSync(join(root, place, "src", `${source}.ts`))) {
      fail(place, "Cannot publish a built file as its source is gone", `${path}. Remove ${place}/dist and build again`);
    } else if (/(^|\/)(test|node_modules)\/|\.tsbuildinfo$|\.env/.test(path)) {
      fail(place, "Cannot publish a file as users have no use for it", path);
    }
  }
  for (const { path, mode } of files) {
    if (Object.values(manifest.bin ?? {}).includes(path) && (mode & 0o111) === 0) {
      fail(place, "Cannot publish a command as it is not executable", path);
    }
  }
}

/** The program of a development dependency, found by its package.json: neither package lets its program be imported. */
function bin(name) {
  const manifestPath = createRequire(join(home, "package.json"))
    .resolve.paths(name)
    .map((each) => join(each, name, "package.json"))
    .find(existsSync);
  const { bin: programs } = JSON.parse(readFileSync(manifestPath, "utf8"));
  return join(dirname(manifestPath), typeof programs === "string" ? programs : Object.values(programs)[0]);
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  return { status, stdout, output: `\n${error?.message ?? ""}${stdout}${stderr}`.trimEnd() };
}

function fail(place, message, received) {
  errors.push(`${place}: ${message}: received ${received.startsWith("\n") ? received : `"${received}"`}`);
}
