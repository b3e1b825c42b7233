import { readFileSync, writeFileSync } from "node:fs";

/** Puts `text` between the marker comments of `name` in the file. */
export function writeBetweenMarkers(path, name, text) {
  const [start, end] = [`<!-- ${name}: written by npm run bench -- --readme -->`, `<!-- end of ${name} -->`];
  const old = readFileSync(path, "utf8");
  const [from, to] = [old.indexOf(start), old.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`Cannot write results as there are no markers "${start}" and "${end}": received ${path}`);
  writeFileSync(path, `${old.slice(0, from + start.length)}\n\n${text}\n\n${old.slice(to)}`);
}
