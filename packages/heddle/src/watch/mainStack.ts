import { Session } from "node:inspector";
import { OriginalPlaces } from "./originalPlaces.js";
import type { BlockedInfo, FrameInfo } from "./wire.js";

/** What Node's inspector tells of a frame. Lines and columns count from 0. */
interface CallFrame {
  callFrameId: string;
  functionName: string;
  location: { scriptId: string; lineNumber: number; columnNumber?: number | undefined };
}

/** In a row of jobs without end the platform's own code may be what is halted: then it is tried again, so often at most. */
const MOST_TRIES = 20;

/** Never changes: to let some milliseconds pass. */
const still: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4));

/** The task whose code runs, as the halted thread sees it. */
const CURRENT = `(() => {
  const task = globalThis[Symbol.for("heddle/runtime@1")]?.storage.getStore()?.task;
  return task ? JSON.stringify({ id: task.id, name: task.name }) : "";
})()`;

/**
 * Halts the main thread, reads its stack, and lets it go on. For a worker thread. Null when `stillBlocked` says no by then: the
 * stack would be somebody else's. Without frames when no code of the program's was met.
 *
 * @param mapped whether the main thread tells its errors by source maps
 */
export async function readMainStack(stillBlocked: () => boolean, mapped: boolean): Promise<BlockedInfo | null> {
  const session = new Session();
  session.connectToMainThread();
  const post = (method: string, params?: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  try {
    // The frames themselves do not tell the file.
    const places = new OriginalPlaces(mapped);
    session.on("Debugger.scriptParsed", ({ params }) => places.add(params.scriptId, params.url, params.sourceMapURL));
    const isProgram = ({ location }: CallFrame): boolean => isTold(places.urlOf(location.scriptId));
    // Not waited for: a call that cannot be halted hears of this and of the next one when it returns, before more is done.
    const enabled = post("Debugger.enable");
    for (let tries = 1; ; tries++) {
      const paused = new Promise<CallFrame[]>((resolve) => {
        session.once("Debugger.paused", ({ params }) => resolve(params.callFrames));
      });
      await Promise.all([enabled, post("Debugger.pause")]);
      const frames = await paused;
      const blocked = stillBlocked();
      const asked = frames.find(isProgram);
      const done = !blocked || asked !== undefined || tries === MOST_TRIES;
      // In the platform's own code the current task cannot be asked for.
      const task = done && blocked && asked !== undefined ? await currentTask(post, asked) : {};
      await post("Debugger.resume");
      if (done) return blocked ? { ...task, frames: toldFrames(frames.filter(isProgram), places) } : null;
      Atomics.wait(still, 0, 0, tries);
    }
  } finally {
    session.disconnect();
  }
}

async function currentTask(
  post: (method: string, params?: object) => Promise<unknown>,
  frame: CallFrame,
): Promise<{ task?: number; name?: string }> {
  const evaluated = (await post("Debugger.evaluateOnCallFrame", {
    callFrameId: frame.callFrameId,
    expression: CURRENT,
    returnByValue: true,
    silent: true,
  })) as { result: { value?: string } };
  const { value } = evaluated.result;
  if (typeof value !== "string" || value === "") return {};
  const { id, name } = JSON.parse(value) as { id: number; name: string };
  return { task: id, name };
}

/** Where this library is: how it came to call the user's function is of no interest. */
const OWN_FOLDER: string = new URL("..", import.meta.url).href;

function isTold(url: string | undefined): boolean {
  return url !== undefined && url !== "" && !url.startsWith("node:") && !url.startsWith(OWN_FOLDER);
}

function toldFrames(frames: readonly CallFrame[], places: OriginalPlaces): FrameInfo[] {
  return frames.map(({ functionName, location }) => {
    const { scriptId, lineNumber, columnNumber = 0 } = location;
    return { function: functionName || "(anonymous)", at: places.placeOf(scriptId, lineNumber, columnNumber) };
  });
}
