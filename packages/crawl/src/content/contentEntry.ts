/**
 * The script that runs in the threads. It stands beside what starts it. A program that runs from the sources, as our
 * tests do, starts what was built from them: a thread of Node's loads JavaScript, and nothing else.
 *
 * @param here the URL of a module in the folder "content"
 */
export function contentEntry(here: string): URL {
  const built = here.replace(/\/src\/content\/([^/]*)\.ts$/, "/dist/content/$1.js");
  return new URL("worker/contentWorker.js", built);
}
