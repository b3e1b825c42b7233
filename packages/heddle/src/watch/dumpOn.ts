/**
 * Writes the tree of all tasks to stderr whenever the process gets `signal`. What that needs is loaded then: a program that
 * nobody asks pays for a listener. Returns the function that ends it.
 */
export function dumpOn(signal: NodeJS.Signals): () => void {
  const dump = (): void => {
    writeTree().catch((error: unknown) => console.error("heddle: cannot show the tasks:", error));
  };
  process.on(signal, dump);
  return () => void process.off(signal, dump);
}

async function writeTree(): Promise<void> {
  const [{ takeSnapshot }, { treeText }, { AWAITS_PATIENCE, CHEAP_HEAP, findAwaits, withAwaits }, { objectsHere }] =
    await Promise.all([
      import("./snapshot.js"),
      import("./treeText.js"),
      import("./awaits.js"),
      import("./objectsHere.js"),
    ]);
  const heap = process.memoryUsage().heapUsed;
  const found = heap > CHEAP_HEAP ? {} : await objectsHere(["WaitList", "Permit", "Promise"]);
  const { WaitList: lists, Permit: permits, Promise: promises } = found;
  const awaits = promises === undefined ? {} : await findAwaits(promises, AWAITS_PATIENCE);
  const snapshot = takeSnapshot({
    ...(lists === undefined ? {} : { lists }),
    ...(permits === undefined ? {} : { permits }),
  });
  if (snapshot === null) return;
  const text = treeText(withAwaits(snapshot, awaits), { awaits: true });
  // Places below the folder in which the program works are told from there.
  process.stderr.write(text.replaceAll(`${process.cwd()}/`, ""));
}
