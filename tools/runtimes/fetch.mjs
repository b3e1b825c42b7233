// Brings the binary of a runtime onto this machine, from npm, into .cache/runtimes. No script of the package is run: each
// of these packages carries its binary.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The runtime cannot be had here, for a reason that is not a mistake in the project: no network, no such package. */
export class MissingRuntimeError extends Error {
  name = "MissingRuntimeError";
}

/** The only integrity that is noted is that of this platform's packages: it is the one that CI runs on. */
const NOTED_PLATFORM = "linux-x64";

/** The package that has the binary of `runtime` for `platform`, such as "linux-x64". */
export function packageFor(runtime, engines, platform) {
  const found = engines[runtime.engine].packages[platform];
  if (found === undefined) {
    const known = Object.keys(engines[runtime.engine].packages).join(", ");
    throw new MissingRuntimeError(`a binary of ${runtime.engine} for ${platform}; npm has those for ${known}`);
  }
  return found;
}

/** The newest published version of the runtime's line. */
export function newestOf(runtime, engines, platform) {
  const { package: name } = packageFor(runtime, engines, platform);
  const answer = JSON.parse(npm(["view", `${name}@${runtime.line}`, "version", "--json"], `${name}@${runtime.line}`));
  const byNumbers = new Intl.Collator("en", { numeric: true });
  return [answer].flat().sort(byNumbers.compare).at(-1);
}

/** Returns the path of the binary, which is fetched unless it is there. Throws MissingRuntimeError. */
export function fetchRuntime(runtime, engines, { platform, cache }) {
  const { package: name, binary } = packageFor(runtime, engines, platform);
  const spec = `${name}@${runtime.version}`;
  const home = join(cache, `${runtime.engine}-${runtime.version}`);
  const path = join(home, "node_modules", name, binary);
  if (!existsSync(path))
    install({ spec, name, home, integrity: platform === NOTED_PLATFORM ? runtime.integrity : undefined });
  const { status, signal, stdout, error } = spawnSync(path, ["--version"], { encoding: "utf8" });
  if (status !== 0) {
    throw new MissingRuntimeError(`a machine that can run ${spec}: ${error?.message ?? signal ?? `status ${status}`}`);
  }
  if (!stdout.includes(runtime.version)) {
    throw new Error(`Cannot test on ${spec} as its binary is of another version: received ${stdout.trim()}`);
  }
  return path;
}

/** Into a folder beside the right one first: what is there under its right name is whole. */
function install({ spec, name, home, integrity }) {
  const draft = `${home}.${process.pid}`;
  try {
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, "package.json"), '{ "private": true }\n');
    npm(
      [
        "install",
        spec,
        "--prefix",
        draft,
        "--ignore-scripts",
        "--omit=optional",
        "--no-audit",
        "--no-fund",
        "--no-workspaces",
      ],
      spec,
    );
    const lock = JSON.parse(readFileSync(join(draft, "node_modules", ".package-lock.json"), "utf8"));
    const received = lock.packages[`node_modules/${name}`]?.integrity;
    if (integrity !== undefined && received !== integrity) {
      throw new Error(`Cannot use ${spec} as its integrity must be ${integrity}: received ${received}`);
    }
    rmSync(home, { recursive: true, force: true });
    renameSync(draft, home);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function npm(args, spec) {
  // Without a network a person should not have to wait for one; CI tries again.
  const retries = process.env["CI"] ? [] : ["--fetch-retries=0"];
  const { status, stdout, stderr, error } = spawnSync("npm", [...args, ...retries], {
    encoding: "utf8",
    shell: process.platform === "win32",
    timeout: 300_000,
  });
  if (status === 0) return stdout;
  const why = error?.message ?? stderr.split("\n").find((line) => line.startsWith("npm error")) ?? "npm gave no reason";
  throw new MissingRuntimeError(`${spec} from npm: ${why}`);
}
