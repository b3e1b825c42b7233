// npm run bench [-- --workloads --scaling --fairness --watching --pages] [--only spawn,queue] [--node 20,26] [--rounds 5] [--scale 1]
//               [--json FILE] [--resume] [--readme] [--no-python]
// Measures everything, or the sections that are named, each peer in a process of its own. Progress goes to standard error, a
// JSON line for each measurement to a file, and the tables to standard output.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureOne } from "./lib/measureOne.mjs";
import { writeBetweenMarkers } from "./lib/readme.mjs";
import { Results } from "./lib/results.mjs";
import { cache, describeMachine, fetchPeers, findPython, home, nodeOf } from "./lib/runtimes.mjs";
import { NODES } from "./plan.mjs";
import * as fairness from "./sections/fairness.mjs";
import * as pages from "./sections/pages.mjs";
import * as scaling from "./sections/scaling.mjs";
import * as watching from "./sections/watching.mjs";
import * as workloads from "./sections/workloads.mjs";

const SECTIONS = [workloads, scaling, fairness, watching, pages];
/** Rounds where none are asked for. The scaling takes its time, and has its noise spread over a million operations. */
const ROUNDS = { workloads: 5, scaling: 3, fairness: 3, watching: 5, pages: 5 };

const { values } = parseArgs({
  options: {
    workloads: { type: "boolean", default: false },
    scaling: { type: "boolean", default: false },
    fairness: { type: "boolean", default: false },
    watching: { type: "boolean", default: false },
    pages: { type: "boolean", default: false },
    only: { type: "string" },
    node: { type: "string", default: NODES.join(",") },
    rounds: { type: "string" },
    scale: { type: "string", default: "1" },
    json: { type: "string", default: `${cache}results.ndjson` },
    resume: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
    "no-python": { type: "boolean", default: false },
  },
});
const scale = Number(values.scale);
const named = SECTIONS.filter(({ name }) => values[name]);
const sections = named.length > 0 ? named : SECTIONS;
if (!(Number(values.rounds ?? 1) >= 1) || !(scale > 0)) {
  console.error(
    "Cannot run the benchmarks as --rounds must be 1 or more and --scale above 0: npm run bench -- --rounds 1 --scale 0.05",
  );
  process.exit(2);
}
if (values.readme && values.only !== undefined) {
  console.error("Cannot write a part of the results into the README: leave out --only or --readme");
  process.exit(2);
}

mkdirSync(cache, { recursive: true });
fetchPeers();
const nodes = values.node.split(",").map(nodeOf);
const python = values["no-python"] ? null : findPython();
const wanted = (workload) => values.only === undefined || values.only.split(",").includes(workload);
const context = (section) => ({ nodes, python, wanted, scale, rounds: Number(values.rounds ?? ROUNDS[section.name]) });

const jobs = sections.flatMap((section) => [...section.jobs(context(section))].map((job) => ({ job, section })));
if (jobs.length === 0) {
  console.error(`Cannot run the benchmarks as --only names no workload of these sections: received ${values.only}`);
  process.exit(2);
}
const machine = describeMachine(nodes, python);
const results = openResults();
const started = Date.now();
const failures = new Map();

for (const [index, { job, section }] of jobs.entries()) {
  const name = `${job.workload}${job.section === "scaling" ? ` ${job.size}` : ""}, ${job.on}, ${job.peer}`;
  if (results.has(job) || failures.has(name)) continue;
  const { command, args, env = {}, ...line } = job;
  const figures = measureOne(job, { BENCH_NODE: nodes.at(-1).path, ...env });
  const progress = `[${index + 1}/${jobs.length}, ${minutes(started)}] ${name}`;
  if (figures.failed === undefined) {
    results.add({ ...line, ...figures });
    console.error(`${progress}: ${section.brief(line, figures)}`);
  } else {
    failures.set(name, { section, why: figures.failed });
    console.error(`${progress}: left out: ${figures.failed}`);
  }
}

const plotFile = `${values.readme ? home : cache}scaling.svg`;
const about = `${machine}. ${commit()}${scale === 1 ? "" : `, at ${scale} of the sizes`}, ${new Date().toISOString().slice(0, 10)}.`;
for (const section of sections) {
  const lines = results.lines.filter((line) => line.section === section.name);
  if (lines.length === 0) continue;
  const { rounds } = context(section);
  const command = `\`npm run bench -- --${section.name}${values.rounds === undefined ? "" : ` --rounds ${rounds}`}\``;
  const leftOut = [...failures].filter(([, failure]) => failure.section === section);
  const text = [
    section.report(lines, { nodes, plotFile }),
    ...leftOut.map(([peer, { why }]) => `Left out: ${peer}: ${why}`),
    `${about} ${command}: ${rounds} rounds.`,
  ].join("\n\n");
  console.log(`\n## ${section.name}\n\n${text}`);
  if (values.readme) writeBetweenMarkers(fileURLToPath(new URL("README.md", import.meta.url)), section.name, text);
}
console.error(
  `\n${minutes(started)}, raw figures in ${values.json}${sections.includes(scaling) ? `, curves in ${plotFile}` : ""}`,
);

function openResults() {
  try {
    return new Results(values.json, { machine, scale }, { resume: values.resume });
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function minutes(since) {
  const seconds = Math.round((Date.now() - since) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Which sources were measured. */
function commit() {
  try {
    const git = (...args) =>
      execFileSync("git", args, { cwd: home, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    const changed =
      git("status", "--porcelain", "--untracked-files=no", ":/packages/heddle/src", ":/packages/crawl/src") === ""
        ? ""
        : " with changes";
    return `Heddle at ${git("rev-parse", "--short", "HEAD")}${changed}`;
  } catch {
    return "Heddle";
  }
}
