import type { Attachment, TopMessage, TopState } from "@heddle/inspect";
import { CannotAttachError, psText, selectedTask, TOP_START, topNext, topScreen } from "@heddle/inspect";
import { fromEvents, moveOnAfter, Queue, sleep, taskGroup } from "heddle";
import type { Snapshot } from "heddle/watch";
import type { WatchFlags } from "./watchFlags.js";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

/** A look every so often, printed one after the other: for pipes and files. With `--json` one line each. */
export async function runTopLines(attached: Attachment, flags: WatchFlags): Promise<void> {
  let earlier: Snapshot | undefined;
  for (let looks = 0; looks < (flags.count ?? Infinity); looks++) {
    if (looks > 0) await sleep(flags.every);
    if (process.stdout.destroyed) return;
    const snapshot = await attached.snapshot();
    const text = psText(snapshot, earlier === undefined ? {} : { earlier });
    process.stdout.write(flags.json === true ? `${JSON.stringify(snapshot)}\n` : `${text}\n`);
    earlier = snapshot;
  }
}

/** The live screen. Three tasks: one looks, one reads keys, and the body draws what they say. */
export async function runTopLive(attached: Attachment, flags: WatchFlags): Promise<void> {
  const messages = new Queue<TopMessage>();
  let state: TopState = TOP_START;
  let ended = false;
  process.stdin.setRawMode(true);
  process.stdout.write(ENTER);
  try {
    await taskGroup(async (group) => {
      group.createTask(
        async () => {
          ended = await lookAgain(attached, flags, messages, () => state.lines);
          messages.putNowait({ kind: "key", key: "q" });
        },
        { name: "looks" },
      );
      group.createTask(() => readKeys(messages), { name: "keys" });
      while (!state.quit) {
        draw(state);
        state = topNext(state, await messages.get());
        if (state.cancel !== null) state = topNext(state, await cancelTask(attached, state));
      }
      group.cancel();
    });
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.write(LEAVE);
  }
  if (ended) process.stdout.write("The program has ended.\n");
}

/** Looks until it was often enough. Returns true when the program has ended before. */
async function lookAgain(
  attached: Attachment,
  flags: WatchFlags,
  messages: Queue<TopMessage>,
  lines: () => boolean,
): Promise<boolean> {
  try {
    for (let looks = 0; looks < (flags.count ?? Infinity); looks++) {
      messages.putNowait({ kind: "snapshot", snapshot: fromHere(await attached.snapshot({ deep: lines() })) });
      await sleep(flags.every);
    }
    return false;
  } catch (error) {
    if (error instanceof CannotAttachError) return true;
    throw error;
  }
}

/** With places below the folder that the command was started in told from there, before they are cut to the screen. */
function fromHere(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot).replaceAll(`${process.cwd()}/`, "")) as Snapshot;
}

async function readKeys(messages: Queue<TopMessage>): Promise<void> {
  process.stdin.setEncoding("utf8");
  for await (const [keys] of fromEvents<[string]>(process.stdin, "data")) {
    // What is pasted, or typed fast, comes in one piece; what begins with an escape is one key.
    const each = keys.startsWith("\u001b") ? [keys] : [...keys];
    for (const key of each) messages.putNowait({ kind: "key", key });
  }
}

async function cancelTask(attached: Attachment, state: TopState): Promise<TopMessage> {
  const name = selectedTask(state)?.name ?? "";
  const id = state.cancel as number;
  const done = await moveOnAfter(2000, () => attached.cancelTask(id, "cancelled by heddle top"));
  return { kind: "cancelled", name, done: done === true };
}

function draw(state: TopState): void {
  const { columns = 80, rows = 24 } = process.stdout;
  const { lines, selected } = topScreen(state, { columns, rows });
  const text = lines.map((line, i) => `${i === selected ? `\u001b[7m${line}\u001b[0m` : line}\u001b[K`);
  process.stdout.write(`\u001b[H${text.join("\r\n")}\u001b[J`);
}
