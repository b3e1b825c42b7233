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
  const [{ takeSnapshot }, { treeText }, { withAwaits }, { findAwaitsHere }] = await Promise.all([
    import("./snapshot.js"),
    import("./treeText.js"),
    import("./awaits.js"),
    import("./awaitsHere.js"),
  ]);
  const awaits = await findAwaitsHere();
  const snapshot = takeSnapshot();
  if (snapshot !== null) process.stderr.write(treeText(withAwaits(snapshot, awaits), { awaits: true }));
}
