import type { Attachment } from "@heddle/inspect";
import { attach, doctorFindings, doctorText, psText } from "@heddle/inspect";
import { sleep } from "heddle";
import type { Snapshot } from "heddle/watch";
import { ageWords, treeText } from "heddle/watch";
import { runTopLines, runTopLive } from "./runTop.js";
import type { WatchFlags } from "./watchFlags.js";

/** Something is wrong with the program that was looked at. */
const FOUND = 1;
/** For how long a deep look stops a program, in milliseconds for each megabyte of its heap. */
const DEEP_COST = 30;

/** `heddle ps`. Returns the exit code. */
export async function runPs(pid: number, flags: WatchFlags): Promise<number> {
  const snapshot = await look(pid, (attached) => snapshotWithLines(attached, flags));
  const width = process.stdout.isTTY ? process.stdout.columns : Infinity;
  print(
    flags.json === true
      ? json(snapshot)
      : psText(snapshot, { width, group: flags.all !== true }) + hint(snapshot, flags),
  );
  return 0;
}

/** `heddle tree`. Returns the exit code. */
export async function runTree(pid: number, flags: WatchFlags): Promise<number> {
  const snapshot = await look(pid, (attached) => snapshotWithLines(attached, flags));
  const { json: asJson = false, awaits = false, all = false } = flags;
  const text = treeText(snapshot, { awaits, ...(all ? { alike: Infinity } : {}), ...faintness() });
  print(asJson ? json(snapshot) : text + hint(snapshot, flags));
  return 0;
}

/** Why there are no lines, where they were not looked for. */
function hint(
  { searched = false, debug, blocked, heap = 0 }: Snapshot,
  { quick = false, deep, awaits }: WatchFlags,
): string {
  if (quick || searched || debug || blocked !== undefined) return "";
  if (deep === true || awaits === true) return "\nIn which lines tasks wait was not found in time\n";
  const size = Math.round(heap / 1024 / 1024);
  const time = ageWords(Math.max(1000, Math.round((size * DEEP_COST) / 1000) * 1000)).replace(".0", "");
  return `\nIn which lines tasks wait was not looked for, as that stops a program with a heap of ${size} MB for ${time} or so: --deep does it\n`;
}

/** `heddle doctor`. Returns the exit code: 1 when something looks wrong. */
export async function runDoctor(pid: number, flags: WatchFlags): Promise<number> {
  const [earlier, snapshot, watch] = await look(pid, async (attached) => {
    const first = await attached.snapshot({ deep: true, workers: true });
    const loop = first.blocked === undefined ? await attached.watchLoop(flags.for) : undefined;
    return [first, await attached.snapshot({ deep: true, workers: true }), loop] as const;
  });
  const findings = doctorFindings(snapshot, earlier, watch);
  print(flags.json === true ? json({ findings, snapshot }) : doctorText(snapshot, earlier, watch));
  return findings.length === 0 ? 0 : FOUND;
}

/** `heddle top`. Returns the exit code. */
export async function runTop(pid: number, flags: WatchFlags): Promise<number> {
  const live = flags.json !== true && process.stdin.isTTY === true && process.stdout.isTTY === true;
  await look(pid, (attached) => (live ? runTopLive(attached, flags) : runTopLines(attached, flags)));
  return 0;
}

async function look<T>(pid: number, fn: (attached: Attachment) => Promise<T>): Promise<T> {
  // Whoever reads no further (`| head`) wants no more, and no complaint.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const attached = await attach(pid);
  try {
    return await fn(attached);
  } finally {
    await attached.close();
  }
}

/** With `--lines`, debug mode is on for a while: the tasks that begin to wait meanwhile tell in which line. */
async function snapshotWithLines(
  attached: Attachment,
  { lines, deep = false, awaits = false, quick = false }: WatchFlags,
): Promise<Snapshot> {
  const request = { deep: quick ? false : deep || awaits || ("cheap" as const), workers: true };
  if (lines === undefined) return attached.snapshot(request);
  const before = await attached.snapshot({ limit: 1, workers: true });
  try {
    await attached.setDebug(true);
    await sleep(lines);
    return await attached.snapshot(request);
  } finally {
    await attached.setDebug(before.debug);
  }
}

function faintness(): { faint?: (text: string) => string } {
  const colours =
    process.stdout.isTTY && process.stdout.hasColors?.() === true && process.env["NO_COLOR"] === undefined;
  return colours ? { faint: (text) => `\u001b[2m${text}\u001b[22m` } : {};
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Places below the folder that the command was started in are told from there. */
function print(text: string): void {
  process.stdout.write(text.replaceAll(`${process.cwd()}/`, ""));
}
