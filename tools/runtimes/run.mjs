// Runs the tests of packages/heddle on every runtime of runtimes.json, one after the other:
//
//   npm run runtimes                        all
//   npm run runtimes -- bun deno            some
//   npm run runtimes -- bun packages/heddle/test/context
//   npm run runtimes -- --latest            the newest version of each line, in place of the noted one
//
// A runtime that cannot be fetched is skipped with the reason; where CI is set, that is a failure.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchRuntime, MissingRuntimeError, newestOf } from "./fetch.mjs";
import { judge, keyOf } from "./judge.mjs";

/** A runtime that hangs must not take all of CI's time with it. In milliseconds. */
const LONGEST = 8 * 60_000;

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, ".cache", "runtimes");
const platform = `${process.platform}-${process.arch}`;
const inCi = Boolean(process.env["CI"]) && process.env["CI"] !== "false";
const { runtimes, engines } = readJson("runtimes.json");
const { gaps } = readJson("known-gaps.json");

const { chosen, filters, latest } = readArguments(process.argv.slice(2));
checkGaps();
process.exitCode = (await main()) ? 0 : 1;

async function main() {
  const ended = [];
  const missing = [];
  for (const runtime of chosen) {
    try {
      ended.push(await testOn(latest ? { ...runtime, ...newest(runtime) } : runtime));
    } catch (error) {
      if (!(error instanceof MissingRuntimeError)) throw error;
      missing.push(runtime.name);
      console.log(`${runtime.name}: ${inCi ? "FAILED: CI needs" : "skipped: needs"} ${error.message}`);
    }
  }
  // What ran is compared last, when it is known what there is to run.
  const everything = distinct(ended.flatMap(({ outcome }) => outcome.tests));
  let failed = 0;
  let passed = 0;
  let skipped = 0;
  for (const { runtime, outcome, took } of ended) {
    const expected = everything.filter(({ file }) => file.startsWith(runtime.only ?? ""));
    const verdict = judge(outcome, gapsOf(runtime), { expected, machineMayLack: !inCi });
    passed += verdict.passed;
    failed += verdict.problems.length;
    skipped += verdict.skipped;
    const known = verdict.known === 0 ? "" : `, ${verdict.known} known gaps`;
    const lacking = verdict.skipped === 0 ? "" : `, ${verdict.skipped} skipped for what this machine lacks`;
    console.log(`${runtime.name} (${runtime.version}): ${verdict.passed} passed${known}${lacking}, ${took}`);
    for (const problem of verdict.problems) console.log(`  ${problem.replaceAll("\n", "\n  ")}`);
  }
  if (inCi) failed += missing.length;
  else skipped += missing.length;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0;
}

/** Runs the tests on one runtime, and says what they did. */
async function testOn(runtime) {
  const binary = fetchRuntime(runtime, engines, { platform, cache });
  const name = `${runtime.id}-${runtime.version}`;
  const results = join(cache, `${name}.json`);
  const log = join(cache, `${name}.log`);
  mkdirSync(cache, { recursive: true });
  rmSync(results, { force: true });
  const start = performance.now();
  console.log(`${runtime.name} (${runtime.version}) …`);
  const args = [
    ...engines[runtime.engine].arguments,
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    "--config",
    join(root, "tools", "runtimes", "vitest.config.ts"),
    ...(filters.length > 0 ? filters : [runtime.only ?? []].flat()),
  ];
  const end = await runLogged(binary, args, {
    log,
    env: {
      ...runtime.environment,
      HEDDLE_RUNTIME: `${runtime.engine} ${runtime.version}`,
      HEDDLE_RUNTIME_RESULTS: results,
    },
  });
  const took = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const outcome = existsSync(results)
    ? JSON.parse(readFileSync(results, "utf8"))
    : { files: [], tests: [], unhandled: [`vitest gave no results (${end}). The end of ${log}:\n${tail(log)}`] };
  return { runtime, outcome, took };
}

/** Runs a program with its output in a file. Its whole process group is ended when it takes too long. */
function runLogged(command, args, { log, env }) {
  return new Promise((resolve, reject) => {
    const output = createWriteStream(log);
    const detached = process.platform !== "win32";
    const child = spawn(command, args, {
      cwd: root,
      detached,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = () => (detached ? process.kill(-child.pid, "SIGKILL") : child.kill("SIGKILL"));
    const timer = setTimeout(stop, LONGEST);
    const interrupted = () => {
      stop();
      process.exit(130);
    };
    process.once("SIGINT", interrupted);
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    child.once("error", reject);
    child.once("close", (status, signal) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupted);
      output.end(() =>
        resolve(signal === null ? `status ${status}` : `ended by ${signal} after at most ${LONGEST} ms`),
      );
    });
  });
}

/** Each test once, in place of once for each runtime. A file that could not be loaded is no test. */
function distinct(tests) {
  return [...new Map(tests.filter(({ test }) => test !== undefined).map((each) => [keyOf(each), each])).values()];
}

function newest(runtime) {
  const version = newestOf(runtime, engines, platform);
  // The noted integrity is that of the noted version.
  return version === runtime.version ? {} : { version, integrity: undefined };
}

function gapsOf(runtime) {
  return gaps.filter((gap) => gap.runtimes.includes(runtime.id));
}

function checkGaps() {
  const ids = runtimes.map(({ id }) => id);
  for (const gap of gaps) {
    const complete = typeof gap.file === "string" && typeof gap.why === "string" && typeof gap.link === "string";
    if (complete && gap.runtimes.length > 0 && gap.runtimes.every((id) => ids.includes(id))) continue;
    throw new Error(
      `Cannot read known-gaps.json as a gap has runtimes (of ${ids.join(", ")}), file, test, why and link: received ${JSON.stringify(gap)}`,
    );
  }
}

function readArguments(args) {
  const ids = runtimes.map(({ id }) => id);
  const options = args.filter((arg) => arg.startsWith("--"));
  const names = args.filter((arg) => ids.includes(arg));
  const paths = args.filter((arg) => !options.includes(arg) && !names.includes(arg));
  const strange = [
    ...options.filter((option) => option !== "--latest"),
    ...paths.filter((path) => !path.includes("/")),
  ];
  if (strange.length > 0) {
    throw new Error(
      `Cannot run as the arguments are ${ids.join(", ")}, --latest and paths: received ${strange.join(" ")}`,
    );
  }
  return {
    chosen: names.length === 0 ? runtimes : runtimes.filter(({ id }) => names.includes(id)),
    filters: paths,
    latest: options.includes("--latest"),
  };
}

function readJson(name) {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}

function tail(path) {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-30).join("\n");
}
