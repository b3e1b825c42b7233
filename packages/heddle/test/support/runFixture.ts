import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string[];
  err: string;
}

/** A program of `../fixtures` in a process of its own. */
export class FixtureProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<unknown>;
  #out = "";
  #err = "";

  constructor(name: string, args: readonly string[] = [], nodeArgs: readonly string[] = []) {
    const path = fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));
    this.#child = spawn(process.execPath, [...nodeArgs, path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#out += text;
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#err += text;
    });
    this.#closed = once(this.#child, "close");
  }

  /** Waits until the program has printed `text`. */
  async printed(text: string): Promise<void> {
    while (!this.#out.includes(text)) {
      if (this.#child.exitCode !== null)
        throw new Error(`The program ended without "${text}":\n${this.#out}${this.#err}`);
      await Promise.race([once(this.#child.stdout, "data"), this.#closed]);
    }
  }

  /** What it has written to stderr by now. */
  get err(): string {
    return this.#err;
  }

  /** Waits until the program has written something more, or has ended. */
  async more(): Promise<void> {
    const { stdout, stderr } = this.#child;
    await Promise.race([once(stdout, "data"), once(stderr, "data"), this.#closed]);
    if (this.#child.exitCode !== null) throw new Error(`The program ended:\n${this.#out}${this.#err}`);
  }

  kill(signal: NodeJS.Signals): void {
    // Deno takes a child for ended by the first signal that its kill() has sent, however it ends, and sends no second one.
    if (signal === "SIGKILL") this.#child.kill(signal);
    else process.kill(this.#child.pid as number, signal);
  }

  async ended(): Promise<Ended> {
    await this.#closed;
    const { exitCode: code, signalCode: signal } = this.#child;
    return { code, signal, out: this.#out.split("\n").filter((line) => line !== ""), err: this.#err };
  }
}

export function runFixture(
  name: string,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<Ended> {
  return new FixtureProcess(name, args, nodeArgs).ended();
}
