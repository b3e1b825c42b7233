/** For how long at most it is looked for where tasks sit, in milliseconds. */
const AWAITS_PATIENCE = 250;

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
  const [{ takeSnapshot }, { treeText }, { findAwaits, withAwaits }, { objectsHere }] = await Promise.all([
    import("./snapshot.js"),
    import("./treeText.js"),
    import("./awaits.js"),
    import("./objectsHere.js"),
  ]);
  const { WaitList: lists, Permit: permits, Promise: promises } = await objectsHere(["WaitList", "Permit", "Promise"]);
  const awaits = await findAwaits(promises ?? [], AWAITS_PATIENCE);
  const snapshot = takeSnapshot({
    ...(lists === undefined ? {} : { lists }),
    ...(permits === undefined ? {} : { permits }),
  });
  if (snapshot !== null) process.stderr.write(treeText(withAwaits(snapshot, awaits), { awaits: true }));
}
