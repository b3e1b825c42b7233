import type { Finding, Snapshot } from "heddle/watch";
import { ageWords } from "heddle/watch";
import type { LoopWatch } from "../attach/hotSpot.js";

/** Who waits for longer than this for the event loop to turn notices it, in milliseconds. */
const LONG = 250;
/** An event loop that is busy for more than this share of the time has nothing left for a peak. */
const FULL = 0.95;

/** What is wrong with the event loop though it turns: that jobs take long, or that it never rests. */
export function busyFindings(snapshot: Snapshot, earlier: Snapshot, watch: LoopWatch): Finding[] {
  // Said already, and with more.
  if (snapshot.blocked !== undefined) return [];
  const share = busyShare(snapshot, earlier);
  const { longest, hottest } = watch;
  if (longest < LONG && share < FULL) return [];
  const jobs = longest < LONG ? "" : `, once for ${ageWords(longest)} in one go, in which nothing else could run`;
  const place =
    hottest === undefined
      ? ""
      : `; most of it in ${hottest.function}, at ${hottest.at} (${percent(hottest.share)} of the CPU time)`;
  return [{ kind: "busy", text: `The event loop was busy for ${percent(share)} of the time${jobs}${place}` }];
}

function busyShare({ loop }: Snapshot, { loop: before }: Snapshot): number {
  if (loop === undefined || before === undefined) return 0;
  const busy = loop.busy - before.busy;
  const idle = loop.idle - before.idle;
  return busy + idle <= 0 ? 0 : busy / (busy + idle);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
