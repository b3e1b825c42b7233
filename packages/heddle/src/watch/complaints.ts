import { startHeartbeat } from "../ground/heartbeat.js";
import { oneLine } from "../ground/oneLine.js";
import { notedLists, placesOf, setDebug } from "../task/debug.js";
import type { Waiter } from "../task/park.js";
import type { Task } from "../task/task.js";
import { watchable } from "../task/watchable.js";
import { AWAITS_PATIENCE, findAwaits, withAwaits } from "./awaits.js";
import { circlesIn, circleWords } from "./circle.js";
import type { Habit } from "./habits.js";
import { heldAcrossWaits, ignoredCancellations, QueueGrowth } from "./habits.js";
import { objectsHere } from "./objectsHere.js";
import { addProbe } from "./probes.js";
import { takeSnapshot } from "./snapshot.js";
import { Stretch } from "./stretch.js";
import { Turns } from "./turns.js";
import type { Snapshot } from "./wire.js";
import { ageWords } from "./words.js";
import { WorkTimes } from "./workTimes.js";

/** How often what is under way is looked through, in milliseconds. */
const EVERY = 500;
/** Code that runs for so long without waiting is told of, in milliseconds. */
const LONG_STEP = 100;
/** To look for where tasks sit stops the program for so long as its garbage takes: it is done so often, in a heap up to so many bytes. */
const MOST_LOOKS = 10;
const LARGE_HEAP = 128 * 1024 * 1024;

/**
 * Switches debug mode on, and says on stderr what looks wrong in the meantime, each thing once: locks held across long waits,
 * tasks that ignore their cancellation, queues that only grow, deadlocks, and code that runs for long without waiting. Returns
 * the function that ends it.
 */
export function startComplaints(): () => void {
  const debugBefore = setDebug(true);
  const said = new Set<string>();
  const say = (key: string, text: string): void => {
    if (said.has(key)) return;
    said.add(key);
    console.warn(`heddle: ${oneLine(text)}`);
  };
  let looksLeft = MOST_LOOKS;
  /** Those who ignore their cancellation, and have been looked for. */
  const sought = new Set<string>();
  const sayWithLines = (snapshot: Snapshot, deaf: readonly Habit[]): void => {
    const keys = new Set(deaf.map(({ key }) => key));
    const cheap = looksLeft-- > 0 && process.memoryUsage().heapUsed <= LARGE_HEAP;
    void objectsHere(cheap ? ["Promise"] : []).then(async ({ Promise: promises = [] }) => {
      const awaits = await findAwaits(promises, AWAITS_PATIENCE);
      for (const { key, text } of ignoredCancellations(withAwaits(snapshot, awaits))) if (keys.has(key)) say(key, text);
    });
  };
  const work = new WorkTimes();
  const workOfBefore = watchable.workOf;
  watchable.workOf = (task) => work.of(task);
  const lastPlace = new WeakMap<object, string>();
  /** Who had the last turn, and has not been heard of since. */
  let current: Task<unknown> | null = null;
  /** Those that were woken and have not waited since. */
  const going = new Set<Task<unknown>>();
  const endOfStep = (ended: Task<unknown> | null, place: string | undefined): void => {
    const now = stretch.now();
    const ran = stretch.take(now);
    const task = current ?? ended;
    if (task !== null) work.add(task, ran, now);
    current = null;
    if (ended !== null) going.delete(ended);
    if (ran < LONG_STEP || task === null) return;
    const from = lastPlace.get(task) ?? task.createdAt;
    const before = place === undefined || task !== ended ? "" : `, before ${place}`;
    say(
      `step ${task.name} ${from} ${before}`,
      `task "${task.name}" has run for ${ageWords(ran)} without waiting${from === undefined ? "" : `, after ${from}`}${before}: ` +
        "nothing else could run meanwhile",
    );
  };
  const stretch = new Stretch(() => {
    endOfStep(null, undefined);
    going.clear();
  });
  const turns = new Turns<Task<unknown>>((task) => {
    if (task.done || !going.has(task)) return false;
    if (task === current) return true;
    endOfStep(null, undefined);
    current = task;
    return true;
  });
  const removeProbe = addProbe({
    taskStarted(task) {
      endOfStep(null, undefined);
      current = task as Task<unknown>;
    },
    taskEnded: (task) => endOfStep(task as Task<unknown>, undefined),
    parked(waiter) {
      const [place] = placesOf(waiter);
      endOfStep((waiter as Waiter<unknown>).scope.task as Task<unknown> | null, place);
    },
    resumed(waiter) {
      stretch.now();
      const [place] = placesOf(waiter);
      const task = (waiter as Waiter<unknown>).scope.task as Task<unknown> | null;
      if (task === null) return;
      going.add(task);
      turns.woken(task);
      if (place !== undefined) lastPlace.set(task, place);
    },
  });
  const growth = new QueueGrowth();
  const stopLooking = startHeartbeat(EVERY, () => {
    const snapshot = takeSnapshot({ lists: notedLists() });
    if (snapshot === null) return;
    for (const { key, text } of heldAcrossWaits(snapshot)) say(key, text);
    const deaf = ignoredCancellations(snapshot).filter(({ key }) => !sought.has(key));
    for (const { key } of deaf) sought.add(key);
    // Where they sit is not noted, as that would make every promise of the program expensive.
    if (deaf.length > 0) sayWithLines(snapshot, deaf);
    for (const { key, text } of growth.look(snapshot)) say(key, text);
    for (const circle of circlesIn(snapshot))
      say(`circle ${circle.tasks.map(({ id }) => id)}`, `deadlock: ${circleWords(circle)}`);
  });
  return () => {
    stopLooking();
    removeProbe();
    watchable.workOf = workOfBefore;
    setDebug(debugBefore);
  };
}
