// What every workload shares: `node bench/js/<workload>.mjs <peer> <size>` prints one JSON line.
import { fileURLToPath } from "node:url";

/**
 * Runs one peer of a workload, once small to warm up and once for the figure, and prints what it took.
 *
 * @param {string} moduleUrl `import.meta.url` of the workload
 * @param {Record<string, () => Promise<{ run: (n: number) => Promise<void>, inside?: (body: () => Promise<void>) => Promise<void> }>>} peers
 */
export async function workload(moduleUrl, peers) {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  const [peer, size] = [process.argv[2], Number(process.argv[3])];
  const load = peers[peer];
  if (load === undefined) {
    console.log(JSON.stringify({ peers: Object.keys(peers) }));
    return;
  }
  const { run, inside = (body) => body() } = await load();
  await inside(async () => {
    await run(Math.max(1, Math.floor(size / 20)));
    globalThis.gc?.();
    const cpu = process.cpuUsage();
    const start = performance.now();
    const extra = (await run(size)) ?? {};
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const figures = {
      n: size,
      ns: (wall * 1e6) / size,
      cpuNs: ((user + system) * 1e3) / size,
      peakMb: process.resourceUsage().maxRSS / 1024,
      ...extra,
    };
    console.log(JSON.stringify(figures));
  });
  process.exit(0);
}

/** Heddle as a user has it: the built package, inside `run()`. */
export async function heddle(run) {
  const { run: runMain } = await import("heddle");
  return { run, inside: (body) => runMain(body, { handleSignals: false }) };
}
