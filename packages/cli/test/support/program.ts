import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program of `examples/` or of `../fixtures/`, in a process of its own that takes any free port for its inspector. */
export class Program implements Disposable {
  readonly #child: ChildProcess;

  constructor(path: string, nodeArgs: readonly string[] = ["--inspect-port=0"]) {
    const folder = path.startsWith("fixtures/") ? ".." : "../../../../examples";
    const file = fileURLToPath(new URL(`${folder}/${path}`, import.meta.url));
    this.#child = spawn(process.execPath, [...nodeArgs, file], { stdio: "ignore" });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

/** Waits in real time, as programs in other processes do. */
export function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** What a command printed, without what differs from run to run: times, process numbers, versions, folders, counts. */
export function normal(text: string): string {
  return text
    .replace(/pid \d+, \w+ [\d.]+/g, "pid <pid>, <runtime>")
    .replace(/-?\b\d+ (h|min)( \d+ (min|s))?\b|\b\d+(\.\d+)? (ms|s)\b/g, "<time>")
    .replace(/(\/\S*\/)?examples\/sick\//g, "")
    .replace(/\b\d+ (items|more|tasks?)\b/g, "<n> $1")
    .replace(/\bto \d+(?=:)/g, "to <n>")
    .replace(/\b(pile up): \d+,/g, "$1: <n>,")
    .replace(/(\.mjs:\d+):\d+/g, "$1")
    .replace(/ +/g, " ")
    .replace(/ $/gm, "");
}
