import type { Snapshot } from "heddle/watch";
import { ageWords, findingsIn, headline, legible } from "heddle/watch";

/** What `heddle doctor` says after two deep snapshots: what looks wrong, or that nothing does. */
export function doctorText(raw: Snapshot, earlier: Snapshot): string {
  const snapshot = legible(raw);
  const findings = findingsIn(snapshot, legible(earlier));
  const lines = [`${headline(snapshot)}, watched for ${ageWords(snapshot.at - earlier.at)}`, ""];
  if (findings.length === 0) lines.push("Nothing looks wrong: no deadlock, no blocked loop, nothing that grows.");
  else lines.push(...findings.map(({ text }) => `! ${text}`));
  return `${lines.join("\n")}\n`;
}
