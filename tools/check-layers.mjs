// Checks that imports go down only, as tools/layers.json lays the layers out: `node tools/check-layers.mjs [ROOT]`.
//
//   L1  Every source file is in one layer; the longest matching entry of "files" counts.
//   L2  A file imports from its own layer and from those listed before it. `import type` counts.
//   L3  Inside a layer no imports form a cycle. `import type` counts.
//   L4  A package is entered by its name and one of its doors, and only by packages listed after it.
//   L5  Modules from elsewhere are listed, with where they may be used, and are declared dependencies.
//   L6  Every import resolves to a file; one that is computed may stand only where the package lists it ("computed").
//   L7  No file is longer than the most lines; one worth a second look is mentioned.
//   L8  Tests, examples and benchmarks ("around") enter other packages by their doors too.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { readImports } from "./read-imports.mjs";

const root = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
const rules = readJson("tools/layers.json");
const errors = [];
const notes = [];
let sourceCount = 0;

checkOrder();
const packages = rules.packages.map((each) => ({
  ...each,
  manifest: readJson(`${each.folder}/package.json`),
}));
for (const each of packages) checkPackage(each);
for (const pattern of rules.around ?? []) checkAround(pattern);

for (const note of notes) console.log(note);
for (const error of errors) console.error(error);
if (errors.length > 0) {
  console.error(`Layers broken: ${errors.length} in ${sourceCount} source files`);
  process.exitCode = 1;
} else {
  console.log(`Layers kept by ${sourceCount} source files in ${packages.length} packages`);
}

/** The order of the list is the order of the packages; a folder of packages/ that is not in it is not checked. */
function checkOrder() {
  const seen = new Set();
  for (const { name, packages: lower } of rules.packages) {
    for (const each of Object.keys(lower)) {
      if (!seen.has(each)) {
        fail(
          "tools/layers.json",
          `Cannot let "${name}" import "${each}" as only packages listed before it are below it`,
          each,
        );
      }
    }
    seen.add(name);
  }
  const listed = new Set(rules.packages.map(({ folder }) => folder));
  for (const folder of subfolders("packages")) {
    if (!listed.has(folder) && existsSync(join(root, folder, "package.json"))) {
      fail("tools/layers.json", "Cannot check a package as it is not listed", folder, "Add it with its layers");
    }
  }
}

function checkPackage(pack) {
  const files = new Map();
  for (const path of sourcesBelow(`${pack.folder}/src`)) files.set(path, { layer: layerOf(pack, path), edges: [] });
  checkDependencies(pack);
  sourceCount += files.size;
  for (const [path, file] of files) {
    const source = readFileSync(join(root, path), "utf8");
    checkLength(path, source);
    if (file.layer === -1) {
      fail(
        path,
        "Cannot place a file as no layer lists it",
        shorten(pack, path),
        "Move it into a layer, or list it in tools/layers.json",
      );
    }
    for (const found of readImports(source)) checkImport(pack, files, path, file, found);
  }
  for (const cycle of findCycles(files)) {
    const hint =
      'Split what they share into a file below both, pass it in, or register it from above; "import type" counts too';
    fail(
      cycle[0],
      "Cannot order the imports as they form a cycle",
      cycle.map((path) => shorten(pack, path)).join(" -> "),
      hint,
    );
  }
}

function checkImport(pack, files, path, file, { specifier, line }) {
  const at = `${path}:${line}`;
  const layer = pack.layers[file.layer]?.name ?? "none";
  if (specifier === undefined) {
    if (pack.computed?.includes(shorten(pack, path))) return;
    fail(at, "Cannot follow an import as its path is computed", "import(...)", "Write the path as a literal");
    return;
  }
  if (!isRelative(specifier)) {
    checkForeign(pack, path, at, specifier);
    return;
  }
  const target = resolveRelative(path, specifier);
  if (!target.startsWith(`${pack.folder}/`)) {
    const other = packages.find(({ folder }) => target.startsWith(`${folder}/`));
    const hint = other === undefined ? `Keep it in ${pack.folder}` : `Write import ... from "${other.name}"`;
    fail(at, `Cannot import as the path leaves the package "${pack.name}"`, specifier, hint);
  } else if (!existsSync(join(root, target)) || !statSync(join(root, target)).isFile()) {
    fail(at, "Cannot resolve an import as there is no such file", specifier, `Expected ${target}`);
  } else if (!target.startsWith(`${pack.folder}/src/`)) {
    fail(at, "Cannot import as the file is not part of the sources", specifier, `Move it into ${pack.folder}/src`);
  } else if (file.layer !== -1) {
    const targetLayer = files.get(target)?.layer ?? layerOf(pack, target);
    if (targetLayer > file.layer) {
      const above = pack.layers[targetLayer].name;
      const hint = `Move what is shared into "${layer}" or below, pass it in, or register it from above`;
      fail(at, `Cannot import upward as layer "${layer}" is below layer "${above}"`, specifier, hint);
    } else if (targetLayer === file.layer) {
      file.edges.push(target);
    }
  }
}

function checkForeign(pack, path, at, specifier) {
  if (packageName(specifier) === pack.name) {
    fail(
      at,
      "Cannot import a package from its own sources as they are below its doors",
      specifier,
      "Use a relative path",
    );
    return;
  }
  const other = packages.find(({ name }) => name === packageName(specifier));
  if (other !== undefined) {
    const doors = pack.packages[other.name];
    if (doors === undefined) {
      const hint = `Allow it in tools/layers.json, if "${other.name}" is below`;
      fail(at, `Cannot import "${other.name}" as "${pack.name}" does not stand on it`, specifier, hint);
    } else if (checkDoor(other, at, specifier) && !doors.includes(doorOf(other, specifier))) {
      fail(at, `Cannot import by this door as "${pack.name}" may use ${list(doors)} only`, specifier);
    } else {
      checkDeclared(pack, at, specifier);
    }
    return;
  }
  const { externals } = pack;
  const allowed = externals[specifier] ?? (specifier.startsWith("node:") ? externals["node:*"] : undefined);
  if (allowed === undefined) {
    const hint = `Use ${list(Object.keys(externals))}, or list it with the reason in the commit`;
    fail(at, `Cannot import as the module is not listed for "${pack.name}" in tools/layers.json`, specifier, hint);
  } else if (allowed.length === 0) {
    fail(at, `Cannot import as "${pack.name}" has something of ours in its place`, specifier);
  } else if (!allowed.some((prefix) => matches(prefix, shorten(pack, path)))) {
    fail(at, `Cannot import here as the module is for ${list(allowed)} only`, specifier);
  } else if (!specifier.startsWith("node:")) {
    checkDeclared(pack, at, specifier);
  }
}

/** Is true when `specifier` is one of the exports of `other`, and the source behind it exists. */
function checkDoor(other, at, specifier) {
  const door = doorOf(other, specifier);
  const target = other.manifest.exports?.[door];
  if (target === undefined) {
    const doors = Object.keys(other.manifest.exports ?? {}).filter((each) => !each.endsWith(".json"));
    const hint = `Enter by ${list(doors.map((each) => other.name + each.slice(1)))}`;
    fail(at, `Cannot import as "${other.name}" has no such door`, specifier, hint);
    return false;
  }
  const built = typeof target === "string" ? target : target.default;
  const source = built.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts");
  if (!existsSync(join(root, other.folder, source))) {
    fail(
      at,
      "Cannot resolve an import as there is no file behind the door",
      specifier,
      `Expected ${other.folder}/${source}`,
    );
    return false;
  }
  return true;
}

function checkDeclared(pack, at, specifier) {
  const name = packageName(specifier);
  const { dependencies, optionalDependencies, peerDependencies } = pack.manifest;
  if ([dependencies, optionalDependencies, peerDependencies].every((each) => each?.[name] === undefined)) {
    fail(
      at,
      `Cannot import as ${pack.folder}/package.json does not declare the dependency`,
      specifier,
      `Add "${name}"`,
    );
  }
}

/** What is declared is listed too, or the runtime would get a dependency that no import shows. */
function checkDependencies(pack) {
  const { dependencies, optionalDependencies, peerDependencies } = pack.manifest;
  const known = new Set([...Object.keys(pack.packages), ...Object.keys(pack.externals).map(packageName)]);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    if (!known.has(name)) {
      fail(`${pack.folder}/package.json`, "Cannot depend on a package as tools/layers.json does not list it", name);
    }
  }
}

function checkLength(path, source) {
  const count = source.split("\n").length - (source.endsWith("\n") ? 1 : 0);
  const { lookTwice, most } = rules.lines;
  if (count > most) {
    fail(path, `Cannot accept a file as it is longer than ${most} lines`, `${count} lines`, "Split it by concept");
  } else if (count > lookTwice) {
    notes.push(`${path}: ${count} lines, look twice whether it holds one concept`);
  }
}

/** Around the sources anything may be imported, but other packages only as their users see them. */
function checkAround(pattern) {
  const folders = pattern.startsWith("packages/*/")
    ? subfolders("packages").map((folder) => folder + pattern.slice("packages/*".length))
    : [pattern];
  for (const path of folders.flatMap(sourcesBelow)) {
    const own = packages.find(({ folder }) => path.startsWith(`${folder}/`));
    for (const { specifier, line } of readImports(readFileSync(join(root, path), "utf8"))) {
      const at = `${path}:${line}`;
      if (specifier === undefined) continue;
      if (!isRelative(specifier)) {
        const other = packages.find(({ name }) => name === packageName(specifier));
        if (other !== undefined) checkDoor(other, at, specifier);
        continue;
      }
      const target = resolveRelative(path, specifier);
      const other = packages.find(({ folder }) => target.startsWith(`${folder}/src/`));
      if (!existsSync(join(root, target))) {
        fail(at, "Cannot resolve an import as there is no such file", specifier, `Expected ${target}`);
      } else if (other !== undefined && other !== own) {
        fail(
          at,
          "Cannot import by a path as the file belongs to another package",
          specifier,
          `Write import ... from "${other.name}"`,
        );
      }
    }
  }
}

/** The shortest cycle through each knot of files that import each other; every path starts and ends alike. */
function findCycles(files) {
  const cycles = [];
  const reported = new Set();
  for (const start of files.keys()) {
    if (reported.has(start)) continue;
    const cameFrom = new Map();
    const queue = [start];
    for (const path of queue) {
      for (const next of files.get(path)?.edges ?? []) {
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, path);
        queue.push(next);
      }
    }
    if (!cameFrom.has(start)) continue;
    const cycle = [start];
    do cycle.unshift(cameFrom.get(cycle[0]));
    while (cycle[0] !== start);
    for (const path of cycle) reported.add(path);
    cycles.push(cycle);
  }
  return cycles;
}

function layerOf(pack, path) {
  let best = -1;
  let length = 0;
  pack.layers.forEach(({ files }, index) => {
    for (const entry of files) {
      if (matches(entry, shorten(pack, path)) && entry.length > length) {
        best = index;
        length = entry.length;
      }
    }
  });
  return best;
}

/** An entry that ends in a slash is a folder, any other a file. */
function matches(entry, path) {
  return entry.endsWith("/") ? path.startsWith(entry) : path === entry;
}

/** Specifiers name what will be built, so "./a.js" is the source "./a.ts"; anything else is itself. */
function resolveRelative(from, specifier) {
  const target = slashes(relative(root, resolve(root, dirname(from), specifier)));
  const source = target.replace(/\.js$/, ".ts");
  return existsSync(join(root, source)) || !existsSync(join(root, target)) ? source : target;
}

function doorOf(other, specifier) {
  return `.${specifier.slice(other.name.length)}`;
}

function packageName(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function isRelative(specifier) {
  return specifier.startsWith(".") || specifier.startsWith("/");
}

function shorten(pack, path) {
  return path.slice(pack.folder.length + 1);
}

function subfolders(folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
}

function sourcesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => `${folder}/${slashes(path)}`)
    .filter((path) => /\.[cm]?tsx?$/.test(path) && !path.includes("/fixtures/"))
    .sort();
}

function slashes(path) {
  return path.split(sep).join("/");
}

function list(values) {
  return values.length === 0 ? "nothing" : values.map((value) => `"${value}"`).join(", ");
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

function fail(at, message, received, hint) {
  errors.push(`${at}: ${message}: received "${received}"${hint === undefined ? "" : `. ${hint}`}`);
}
