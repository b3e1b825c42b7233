import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { cancellable } from "heddle";

/**
 * Starts Chromium, in place of itself, after it has written down its process group. If the watchdog has ended in the
 * meantime there is nobody left who would end Chromium, and it is not started: either this sees the other's "over", or the
 * other sees this one's "group".
 */
export const LAUNCHER = 'echo $$ >"$0/group" || exit 1; [ ! -e "$0/over" ] || exit 1; exec "$@"';

/**
 * Waits until its input ends, which it does when the process ends that holds the other end, in whatever way: `kill -9`
 * included. Then it ends what is left of Chromium, and removes the folder. It kills the group, unless the number of its
 * first process has gone to somebody else, which it cannot while one of the group is left; and whatever else carries the
 * folder's name in its environment.
 */
const WATCHDOG = `
home=$1
while read -r line; do :; done
: >"$home/over"
called() {
  if [ -d /proc/self ]; then tr '\\0' ' ' <"/proc/$1/cmdline" 2>/dev/null; else ps -o command= -p "$1" 2>/dev/null; fi
}
foreign() { case $(called "$1") in "" | *"$home"*) return 1 ;; esac; }
strays() { grep -lsF -- "HEDDLE_CHROMIUM_HOME=$home" /proc/[0-9]*/environ 2>/dev/null; }
if read -r group <"$home/group" 2>/dev/null && [ -n "$group" ] && ! foreign "$group"; then kill -s KILL -- "-$group"; fi
for round in 1 2 3 4 5; do
  left=$(strays)
  [ -n "$left" ] || break
  for environ in $left; do pid=\${environ#/proc/}; kill -s KILL "\${pid%/environ}"; done
  sleep 0.05
done
for round in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf -- "$home" && break
  sleep 0.1
done
`;

/** The name of the variable by which the processes of a Chromium are known. */
export const HOME_VARIABLE = "HEDDLE_CHROMIUM_HOME";

/**
 * A small process of its own, in a group of its own, that ends a Chromium with its group and removes its folder when it is
 * told to, or when this process ends in any way. Both by the same lines, so that the hard way is as good as the soft
 * one.
 */
export class Watchdog {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(home: string) {
    this.#process = spawn("/bin/sh", ["-c", WATCHDOG, "heddle-watchdog", home], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once("exit", () => resolve());
      this.#process.once("error", () => resolve());
    });
    // It does not keep this process: it waits for its end.
    this.#process.unref();
    this.#process.stdin?.on("error", () => {});
    (this.#process.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Ends what is left of Chromium and removes its folder; waits for that.
   *
   * If cancelled: it is done all the same, only not waited for.
   */
  async finish(): Promise<void> {
    this.#process.ref();
    this.#process.stdin?.end();
    await cancellable(this.#ended);
  }
}
