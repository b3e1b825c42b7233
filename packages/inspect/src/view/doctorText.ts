import type { Finding, Snapshot } from "heddle/watch";
import { ageWords, findingsIn, headline, legible } from "heddle/watch";
import type { LoopWatch } from "../attach/hotSpot.js";
import { busyFindings } from "./busyFindings.js";
import { longestWaits } from "./longestWaits.js";

/** What looks wrong after two deep snapshots, and a look at the event loop in between. */
export function doctorFindings(snapshot: Snapshot, earlier: Snapshot, watch?: LoopWatch): Finding[] {
  const busy = watch === undefined ? [] : busyFindings(snapshot, earlier, watch);
  return [...busy, ...findingsIn(snapshot, earlier).filter(({ kind }) => kind !== "busy" || busy.length === 0)];
}

/** What `heddle doctor` says: what looks wrong, or that nothing does, and then who has waited longest. */
export function doctorText(raw: Snapshot, earlier: Snapshot, watch?: LoopWatch): string {
  const snapshot = legible(raw);
  const findings = doctorFindings(snapshot, legible(earlier), watch);
  const lines = [`${headline(snapshot)}, watched for ${ageWords(snapshot.at - earlier.at)}`, ""];
  if (findings.length > 0) {
    lines.push(...findings.map(({ text }) => `! ${text}`));
  } else {
    lines.push("Nothing looks wrong: no deadlock, no blocked loop, nothing that grows.");
    const waits = longestWaits(snapshot);
    if (waits.length > 0) lines.push("Waiting longest:", ...waits.map((wait) => `  ${wait}`));
  }
  return `${lines.join("\n")}\n`;
}
