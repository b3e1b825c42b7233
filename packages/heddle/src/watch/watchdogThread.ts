/** The thread that watches the event loop of the main thread. See `watchdog.ts`. */
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { startHeartbeat } from "../ground/heartbeat.js";
import type { BlockedPlace } from "./blockedPlaces.js";
import { BlockedPlaces } from "./blockedPlaces.js";
import { readMainStack } from "./mainStack.js";
import type { WatchdogOrders } from "./watchdog.js";

// As in watchdog.ts, which starts this thread and so cannot be imported by it.
const BEAT = 0;
const STOP = 1;
const EXPECTED = 2;

/** Code that can be halted is halted within this, in milliseconds. */
const HALTED_WITHIN = 1000;
const NATIVE =
  "by a call that cannot be halted, such as execSync(), readFileSync() or JSON.parse(): where it is, is told when it ends";

const { memory, patience, mapped } = workerData as WatchdogOrders;
const cells = new Int32Array(memory);
const places = new BlockedPlaces();
const said = new Set<string>();

// A session with the main thread does not keep this one alive.
const keepAlive = (): void => {};
parentPort?.on("message", keepAlive);

while (Atomics.load(cells, STOP) === 0) {
  const beat = Atomics.load(cells, BEAT);
  const begun = performance.now();
  if (Atomics.wait(cells, BEAT, beat, patience) !== "timed-out") continue;
  // A machine that was asleep wakes up late: nobody has blocked anything.
  if (performance.now() - begun > patience + 1000 || Atomics.load(cells, EXPECTED) === 1) continue;
  await caught(beat, begun);
}
for (const line of places.summary()) say(line);
parentPort?.off("message", keepAlive);

async function caught(beat: number, begun: number): Promise<void> {
  const isBlocked = (): boolean => Atomics.load(cells, BEAT) === beat;
  const stopWaiting = startHeartbeat(HALTED_WITHIN, () => {
    if (isBlocked()) sayOnce(`the event loop is blocked, for more than ${patience} ms, ${NATIVE}`);
  });
  const stack = await readMainStack(isBlocked, mapped);
  stopWaiting();
  const place = stack === null ? null : places.meet(stack);
  if (place?.firstTime === true) say(`the event loop is blocked, for more than ${patience} ms, ${describe(place)}`);
  while (isBlocked()) Atomics.wait(cells, BEAT, beat, 1000);
  if (place === null) return;
  const took = performance.now() - begun;
  if (place.ended(took)) say(`it was blocked for ${Math.round(took)} ms`);
}

function sayOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  say(line);
}

function describe(place: BlockedPlace): string {
  if (place.frames.length === 0) return "by code of the platform's";
  const lines = place.frames.map(({ function: name, at }) => `\n    at ${name} (${at})`);
  return `by ${place.who}:${lines.join("")}`;
}

/** Written by this thread itself: what a worker prints by console.error waits for the main thread. */
function say(line: string): void {
  writeSync(2, `heddle: ${line}\n`);
}
