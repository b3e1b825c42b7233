import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/**
 * The measurements of a run, one JSON line each, written as they come: a run that is broken off goes on where it was with
 * `--resume`. The first line says how it was measured, as lines of different settings are not to be mixed.
 */
export class Results {
  /** All lines, those of an earlier part of the run too. */
  lines = [];
  #path;

  constructor(path, settings, { resume }) {
    this.#path = path;
    if (resume && existsSync(path)) {
      this.#read(settings);
      return;
    }
    // Hours of work are not to go because somebody has forgotten a flag.
    if (existsSync(path)) renameSync(path, `${path}.old`);
    writeFileSync(path, `${JSON.stringify({ settings })}\n`);
  }

  has(job) {
    return this.lines.some((line) => keyOf(line) === keyOf(job));
  }

  add(line) {
    this.lines.push(line);
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }

  #read(settings) {
    const [first, ...lines] = readFileSync(this.#path, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    if (JSON.stringify(first.settings) !== JSON.stringify(settings)) {
      throw new Error(
        `Cannot resume as ${this.#path} was measured with other settings: received ${JSON.stringify(settings)}`,
      );
    }
    this.lines = lines;
  }
}

function keyOf({ section, workload, on, peer, size, round }) {
  return JSON.stringify([section, workload, on, peer, size, round]);
}
