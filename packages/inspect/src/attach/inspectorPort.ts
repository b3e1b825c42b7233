import { sleep } from "heddle";
import { fetch } from "undici";
import { CannotAttachError } from "../errors.js";
import { hindranceOf } from "./hindrance.js";
import type { PortHolder } from "./listeners.js";
import { holderOf, portsOf } from "./listeners.js";
import { askForInspector } from "./target.js";

/** Where Node's inspector listens unless it was told otherwise. */
const USUAL_PORT = 9229;
/** How long to wait for the inspector, or for the port that another one uses, in milliseconds. */
const PATIENCE = 5000;
/** How often to look, in milliseconds. */
const EVERY = 20;

export interface InspectorDoor {
  /** The address of the WebSocket. */
  readonly url: string;
  /** Whether it was opened for us, and so is to be closed. */
  readonly opened: boolean;
}

/**
 * Finds the inspector of a process, which is started if it does not run: at the port that the process listens at, whichever
 * it is.
 *
 * If cancelled: an inspector that was started by then stays open.
 *
 * @throws CannotAttachError
 */
export async function openInspector(pid: number): Promise<InspectorDoor> {
  const running = await firstInspector(portsOf(pid) ?? []);
  if (running !== undefined) return { url: running, opened: false };
  askForInspector(pid);
  const until = performance.now() + PATIENCE;
  for (let asked = performance.now(); performance.now() < until; ) {
    await sleep(EVERY);
    const url = await firstInspector(portsOf(pid) ?? [USUAL_PORT]);
    if (url !== undefined) return { url, opened: true };
    // Another one may have had the port, and be done with it: Node tries once for each signal.
    if (performance.now() - asked > 300 && holderOfUsualPort(pid) === undefined) {
      askForInspector(pid);
      asked = performance.now();
    }
  }
  throw await explain(pid);
}

function holderOfUsualPort(pid: number): PortHolder | undefined {
  const holder = holderOf(USUAL_PORT);
  return holder?.pid === pid ? undefined : holder;
}

const OWN_LISTENER =
  'it may have a listener of its own for SIGUSR1. Then run(main, { dumpOn: "SIGUSR2" }) shows the tasks';

async function explain(pid: number): Promise<CannotAttachError> {
  const holder = holderOfUsualPort(pid);
  if (holder !== undefined) {
    const isInspector = (await firstInspector([USUAL_PORT])) !== undefined;
    return new CannotAttachError(
      "port taken",
      `Cannot look at process ${pid} as port ${USUAL_PORT}, where its inspector would listen, is taken by ${holderWords(holder)}` +
        `${isInspector ? ", whose own inspector is open there" : ""}. End that one, or start the program by heddle run or with ` +
        'NODE_OPTIONS=--inspect-port=0, which takes any free port; run(main, { dumpOn: "SIGUSR2" }) needs none',
    );
  }
  return new CannotAttachError(
    "no inspector",
    `Cannot look at process ${pid} as its inspector did not start within ${PATIENCE / 1000} s: ${hindranceOf(pid) ?? OWN_LISTENER}`,
  );
}

function holderWords({ pid, command, uid }: PortHolder): string {
  // Which one it is, only its owner and root may know.
  if (pid === undefined) return `a process of user ${uid}`;
  return command === undefined ? `process ${pid}` : `process ${pid} (${command})`;
}

/** The address of the inspector among those ports, if there is one; a server of the program's own answers something else. */
async function firstInspector(ports: readonly number[]): Promise<string | undefined> {
  for (const port of ports) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(1000) });
      const [target] = (await response.json()) as { webSocketDebuggerUrl?: unknown; type?: unknown }[];
      if (target?.type === "node" && typeof target.webSocketDebuggerUrl === "string")
        return target.webSocketDebuggerUrl;
    } catch {
      // No HTTP, or nobody there any more.
    }
  }
  return undefined;
}
