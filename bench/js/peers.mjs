// Loads packages that only the benchmarks need, from the folder into which `bench/run.mjs` has fetched them.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const folder = new URL("../../.cache/bench/", import.meta.url);

/** Imports one of the frameworks that fetch pages. */
export async function crawler(name) {
  const require = createRequire(new URL("crawlers/package.json", folder));
  return import(pathToFileURL(require.resolve(name)).href);
}

/** Imports a peer by name; ESM-only packages have no `require` condition, so their path is looked up by hand. */
export async function peer(name) {
  const require = createRequire(new URL("package.json", folder));
  try {
    return await import(pathToFileURL(require.resolve(name)).href);
  } catch {
    const home = new URL(`node_modules/${name}/`, folder);
    const { default: manifest } = await import(new URL("package.json", home).href, { with: { type: "json" } });
    const entry = manifest.exports?.["."] ?? manifest.exports ?? manifest.main;
    const path = typeof entry === "string" ? entry : (entry.import?.default ?? entry.import ?? entry.default);
    return import(new URL(path, home).href);
  }
}
