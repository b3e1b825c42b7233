/** What Node ends with when a promise that the program awaits at its top level never settles. */
const UNSETTLED = 13;

let openRuns = 0;
/** Set once the event loop has run empty: until then the program ends for another reason, and nothing is said. */
let tellTree: (() => void) | null = null;

/**
 * When the event loop runs empty the program ends, also in the middle of a run: tasks that wait for each other do not keep it
 * alive, and Node ends without a word. This watches for that while a run is open: the tasks that still wait are told on
 * stderr, and the exit code is 13 unless another one was set. Returns the function that ends the watch.
 */
export function watchForStandstill(): () => void {
  if (openRuns++ === 0) {
    process.on("beforeExit", loopIsEmpty);
    process.on("exit", ends);
  }
  return () => {
    if (--openRuns > 0) return;
    process.off("beforeExit", loopIsEmpty);
    process.off("exit", ends);
    tellTree = null;
  };
}

/** What is needed to tell is loaded now, as that takes a turn of the event loop. In a process that ends it no longer counts. */
function loopIsEmpty(): void {
  if (tellTree !== null) return;
  tellTree = (): void => {};
  loadTree().catch((error: unknown) => console.error("heddle: cannot show the tasks:", error));
}

async function loadTree(): Promise<void> {
  const [{ takeSnapshot }, { treeText }] = await Promise.all([import("./snapshot.js"), import("./treeText.js")]);
  tellTree = () => {
    const snapshot = takeSnapshot();
    // A runner that nobody has closed holds an empty run open.
    const waiting = snapshot?.tasks.filter(({ waits }) => !waits.some(({ what }) => what === "runner.close")) ?? [];
    if (snapshot === null || waiting.length === 0) return;
    process.exitCode ??= UNSETTLED;
    const intro = "heddle: the program ends in the middle of a run: nothing is left that could wake what waits.";
    process.stderr.write(`${intro}\n${treeText(snapshot, { awaits: true })}`);
  };
}

function ends(): void {
  tellTree?.();
}
