// What the measurements run on: the Nodes and the npm peers, fetched into an ignored folder, and the Python that is installed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { CRAWLERS, NPM_PEERS } from "../plan.mjs";

/** The folder with the workloads, in which they are started. */
export const home = fileURLToPath(new URL("..", import.meta.url));
/** An ignored folder for what is fetched and for raw results. */
export const cache = fileURLToPath(new URL("../../.cache/bench/", import.meta.url));

export function fetchPeers() {
  fetchInto(cache, NPM_PEERS);
}

export function fetchCrawlers() {
  fetchInto(`${cache}crawlers/`, CRAWLERS);
}

function fetchInto(folder, dependencies) {
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.stringify({ private: true, type: "module", dependencies }, null, 2);
  const path = `${folder}package.json`;
  if (existsSync(path) && readFileSync(path, "utf8") === manifest && existsSync(`${folder}node_modules`)) return;
  writeFileSync(path, manifest);
  npmInstall(folder);
}

/** The Node that runs this, if it is of that major version; others come from npm, as binaries inside a package. */
export function nodeOf(major) {
  const path = process.versions.node.startsWith(`${major}.`) ? process.execPath : fetchNode(major);
  const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1);
  return { major: Number(major), path, version, on: `Node ${major}` };
}

function fetchNode(major) {
  const folder = `${cache}node-${major}/`;
  const name = `node-${process.platform}-${process.arch}`;
  const path = `${folder}node_modules/${name}/bin/node`;
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}package.json`, JSON.stringify({ private: true }));
    npmInstall(folder, `${name}@${major}`);
  }
  return path;
}

function npmInstall(folder, ...packages) {
  // Standard output is for the table.
  execFileSync("npm", ["install", "--no-fund", "--no-audit", "--silent", ...packages], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** A Python with all the peers; null, and a word about it, where there is none. */
export function findPython() {
  const versions =
    "import sys, trio, uvloop, aiohttp; print(sys.version.split()[0], uvloop.__version__, trio.__version__, aiohttp.__version__)";
  for (const path of ["/usr/bin/python3", "python3"]) {
    const { status, stdout } = spawnSync(path, ["-c", versions], { encoding: "utf8" });
    if (status !== 0) continue;
    const [python, uvloop, trio, aiohttp] = stdout.trim().split(" ");
    return { path, on: "Python", version: `Python ${python} with uvloop ${uvloop}, Trio ${trio}, aiohttp ${aiohttp}` };
  }
  console.error("left out: all Python peers, as they need python3 with trio, uvloop and aiohttp");
  return null;
}

/** The peers that a script of a workload knows, in its order. */
export function peersOf({ path }, script, load = "0") {
  return JSON.parse(execFileSync(path, [script, "?", load], { cwd: home, encoding: "utf8" })).peers;
}

export function describeMachine(nodes, python) {
  const [cpu] = cpus();
  const peers = Object.entries(NPM_PEERS).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpus().length} x ${cpu.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
    `Node ${nodes.map(({ version }) => version).join(" and ")}`,
    ...(python === null ? ["no Python peers"] : [python.version]),
    peers.join(", "),
  ].join("; ");
}
