import { spawnSync } from "node:child_process";
import { home } from "./runtimes.mjs";

/** A peer that takes longer than this is left out. In milliseconds. */
const LONGEST = 300_000;

/** Runs one measurement in a process of its own. Returns its figures, or `{ failed }` with the reason. */
export function measureOne({ command, args }, environment) {
  const { status, error, signal, stdout, stderr } = spawnSync(command, args.map(String), {
    cwd: home,
    encoding: "utf8",
    env: { ...process.env, ...environment },
    timeout: LONGEST,
    killSignal: "SIGKILL",
    maxBuffer: 2 ** 26,
  });
  const last = stdout?.trim().split("\n").at(-1);
  if (status === 0 && last) return JSON.parse(last);
  return { failed: error?.message ?? (errorIn(stderr) || `ended with ${signal ?? `status ${status}`} and no result`) };
}

/** Node prints the error first, Python last. */
function errorIn(stderr) {
  const lines = stderr.trim().split("\n");
  return lines.find((line) => /^(\w+\.)*\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1);
}
