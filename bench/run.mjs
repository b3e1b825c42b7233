// npm run bench [-- --rounds 5 --only spawn,queue --node 20,26 --scale 1 --json FILE]
// Measures every workload of plan.mjs with every peer, each in a process of its own, peers taking turns within a round, and
// prints one JSON line a measurement and then the table of medians and ratios.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { table } from "./lib/table.mjs";
import { NEEDS_NEWER_NODE, NPM_PEERS, PLAN } from "./plan.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const cache = fileURLToPath(new URL("../.cache/bench/", import.meta.url));

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    node: { type: "string", default: "20,26" },
    scale: { type: "string", default: "1" },
    json: { type: "string" },
    "no-python": { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const scale = Number(values.scale);
const chosen = PLAN.filter(({ js }) => values.only === undefined || values.only.split(",").includes(js));
if (!(rounds >= 1) || !(scale > 0) || chosen.length === 0) {
  console.error(
    `Cannot run the benchmarks as --rounds and --scale must be above 0 and --only name workloads of plan.mjs`,
  );
  process.exit(2);
}

fetchPeers();
const nodes = values.node.split(",").map(nodeOf);
const python = values["no-python"] ? null : findPython();
const lines = [];

for (const entry of chosen) {
  const runs = [];
  for (const node of nodes) {
    for (const peer of peersOf(node.path, `js/${entry.js}.mjs`)) {
      if (NEEDS_NEWER_NODE.has(peer) && node.major < 22) continue;
      const size = Math.ceil(entry.size * scale);
      runs.push({
        on: `Node ${node.major}`,
        peer,
        command: node.path,
        args: ["--expose-gc", `js/${entry.js}.mjs`, peer, size],
      });
    }
  }
  if (python !== null) {
    for (const peer of pythonPeersOf(entry)) {
      const size = Math.ceil((entry.pySize ?? entry.size) * scale);
      runs.push({ on: "Python", peer, command: python.path, args: [`python/${entry.py}.py`, peer, size] });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { on, peer, command, args } of runs) {
      const result = spawnSync(command, args.map(String), {
        cwd: here,
        encoding: "utf8",
        env: { ...process.env, BENCH_NODE: nodes.at(-1).path },
        timeout: 300_000,
      });
      const last = result.stdout.trim().split("\n").at(-1);
      if (result.status !== 0 || !last) {
        console.error(`left out: ${entry.js} ${on} ${peer}: ${result.stderr.trim().split("\n").slice(-3).join(" | ")}`);
        continue;
      }
      const line = { workload: entry.js, on, peer, round, ...JSON.parse(last) };
      lines.push(line);
      console.log(JSON.stringify(line));
    }
  }
}

if (values.json !== undefined) writeFileSync(values.json, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
console.log(`\n${describeMachine()}\n`);
console.log(table(chosen, lines));

function fetchPeers() {
  mkdirSync(cache, { recursive: true });
  const manifest = JSON.stringify({ private: true, type: "module", dependencies: NPM_PEERS }, null, 2);
  const path = `${cache}package.json`;
  if (existsSync(path) && readFileSync(path, "utf8") === manifest && existsSync(`${cache}node_modules`)) return;
  writeFileSync(path, manifest);
  execFileSync("npm", ["install", "--no-fund", "--no-audit", "--silent"], { cwd: cache, stdio: "inherit" });
}

/** `20` is the Node that runs this, if it is one; others come from npm, as binaries inside a package. */
function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return { major: Number(major), path: process.execPath };
  const home = `${cache}node-${major}/`;
  const name = `node-${process.platform}-${process.arch}`;
  const path = `${home}node_modules/${name}/bin/node`;
  if (!existsSync(path)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(`${home}package.json`, JSON.stringify({ private: true }));
    execFileSync("npm", ["install", "--no-fund", "--no-audit", "--silent", `${name}@${major}`], {
      cwd: home,
      stdio: "inherit",
    });
  }
  return { major: Number(major), path };
}

function findPython() {
  for (const path of ["/usr/bin/python3", "python3"]) {
    const { status } = spawnSync(path, ["-c", "import trio, uvloop, aiohttp"]);
    if (status === 0) return { path };
  }
  console.error("left out: all Python peers, as they need python3 with trio, uvloop and aiohttp");
  return null;
}

function peersOf(node, script) {
  return JSON.parse(execFileSync(node, [script], { cwd: here, encoding: "utf8" })).peers;
}

function pythonPeersOf(entry) {
  return JSON.parse(execFileSync(python.path, [`python/${entry.py}.py`, "?", "0"], { cwd: here, encoding: "utf8" }))
    .peers;
}

function describeMachine() {
  const [cpu] = cpus();
  const versions = nodes.map(({ path }) => execFileSync(path, ["--version"], { encoding: "utf8" }).trim());
  const pythons = python === null ? "no Python" : execFileSync(python.path, ["--version"], { encoding: "utf8" }).trim();
  return `${cpus().length} x ${cpu.model}, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${versions.join(", ")}; ${pythons}; ${rounds} rounds`;
}
