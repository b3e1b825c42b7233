// Compiles and runs every sample of the documents and of the doc comments: `node tools/check-docs.mjs [ROOT]`.
//
// The samples see the packages as users do: by their names, as they were built. So build first (`npm run docs` does).
// A sample that is not marked "no-run" has to end by itself within 10 s with status 0, and when it has comments
// "// prints: x", its standard output has to be exactly their lines, in their order.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { readDocComments, readMarkdown } from "./read-samples.mjs";

const MOST_MILLISECONDS = 10_000;
const home = fileURLToPath(new URL("..", import.meta.url));
const root = resolve(process.argv[2] ?? home);
const work = join(root, ".cache/docs");
const errors = [];

const samples = collect();
writeSamples(samples);
const compiled = compile(samples);
const runnable = compiled.filter((sample) => sample.runs);
await runAll(runnable);

for (const error of errors) console.error(error);
if (errors.length > 0) {
  console.error(`Samples broken: ${errors.length} complaints about ${samples.length} samples`);
  process.exitCode = 1;
} else {
  console.log(`Samples hold: ${samples.length} compiled, ${runnable.length} of them run`);
}

/** Reads all samples, and names the file that each becomes. */
function collect() {
  const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].filter((path) => existsSync(join(root, path)));
  documents.push(...below("docs").filter((path) => path.endsWith(".md")));
  const sources = [];
  for (const folder of children("packages")) {
    if (existsSync(join(root, folder, "README.md"))) documents.push(`${folder}/README.md`);
    sources.push(...below(`${folder}/src`).filter((path) => path.endsWith(".ts")));
  }
  const found = [
    ...documents.map((path) => readMarkdown(path, read(path))),
    ...sources.map((path) => readDocComments(path, read(path))),
  ];
  for (const { at, message } of found.flatMap(({ complaints }) => complaints)) errors.push(`${at}: ${message}`);
  return found
    .flatMap((each) => each.samples)
    .map((sample) => ({ ...sample, name: `${sample.path.replace(/[^\w.-]/g, "_")}_${sample.line}` }));
}

/** A sample stands in its file at the line that it has in its document, so that complaints about both agree. */
function writeSamples(all) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "samples"), { recursive: true });
  for (const { name, line, lines } of all) {
    writeFileSync(join(work, "samples", `${name}.ts`), `${"\n".repeat(line - 1)}${lines.join("\n")}\n`);
  }
  const config = {
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      rootDir: "samples",
      outDir: "out",
      typeRoots: [join(home, "node_modules/@types")],
      declaration: false,
      isolatedDeclarations: false,
      // Half of a sample's names are there to be read, not to be used.
      noUnusedLocals: false,
      noUnusedParameters: false,
      // The frames of a failure then show the document's lines: a sample is compiled line by line.
      sourceMap: true,
    },
    include: ["samples"],
  };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(config, null, 2));
}

/** Compiles all samples at once; returns those without a complaint. */
function compile(all) {
  if (all.length === 0) return [];
  const tsc = join(home, "node_modules/typescript/bin/tsc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", work, "--pretty", "false"], {
    cwd: work,
    encoding: "utf8",
  });
  const broken = new Set();
  let unplaced = "";
  for (const text of `${stdout}${stderr}`.split("\n")) {
    const place = /^(?:.*[\\/])?samples[\\/](?<name>[^\\/]+)\.ts\((?<line>\d+),\d+\): (?<message>.*)$/.exec(
      text,
    )?.groups;
    const sample = all.find(({ name }) => name === place?.name);
    if (sample !== undefined) {
      broken.add(sample);
      errors.push(`${sample.path}:${place.line}: Cannot compile a sample as ${place.message}`);
    } else if (text.startsWith(" ") && broken.size > 0) {
      errors[errors.length - 1] += `\n${text}`;
    } else if (text.trim() !== "") {
      unplaced += `\n${text}`;
    }
  }
  if (status !== 0 && broken.size === 0)
    errors.push(`${work}: Cannot compile the samples as tsc ended with ${status}:${unplaced}`);
  return errors.length > 0 && broken.size === 0 ? [] : all.filter((sample) => !broken.has(sample));
}

async function runAll(all) {
  const waiting = [...all];
  const worker = async () => {
    for (let sample = waiting.shift(); sample !== undefined; sample = waiting.shift()) await runOne(sample);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function runOne({ path, line, name, prints }) {
  const at = `${path}:${line}`;
  const { status, signal, stdout, stderr } = await execute(join(work, "out", `${name}.js`));
  if (signal !== null) {
    errors.push(
      `${at}: Cannot wait for a sample as it runs longer than ${MOST_MILLISECONDS} ms: received ${signal}${stderr}`,
    );
  } else if (status !== 0) {
    errors.push(`${at}: Cannot accept a sample as it failed: received status ${status}\n${stderr.trimEnd()}`);
  } else if (prints.length > 0) {
    const printed = stdout.split(/\r?\n/).map((each) => each.trimEnd());
    if (printed.at(-1) === "") printed.pop();
    const wrong = [...prints, ...printed].findIndex((_, index) => prints[index] !== printed[index]);
    if (wrong !== -1) {
      const expected = prints[wrong] === undefined ? "no more output" : `"${prints[wrong]}"`;
      const received = printed[wrong] === undefined ? "no more output" : `"${printed[wrong]}"`;
      errors.push(
        `${at}: Cannot accept a sample as line ${wrong + 1} of its output should be ${expected}: received ${received}`,
      );
    }
  }
}

function execute(file) {
  return new Promise((done) => {
    const child = spawn(process.execPath, ["--enable-source-maps", file], {
      cwd: work,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: MOST_MILLISECONDS,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("close", (status, signal) => done({ status, signal, stdout, stderr }));
  });
}

function read(path) {
  return readFileSync(join(root, path), "utf8");
}

function children(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}

function below(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => `${folder}/${path.split(sep).join("/")}`)
    .sort();
}
