// What every workload shares: `node bench/js/<workload>.mjs <peer> <size> [<operations>]` prints one JSON line.
import { devNull } from "node:os";
import { PerformanceObserver } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

/** What of Heddle's run is watched, by `HEDDLE_BENCH_WATCH`. */
const WATCH = {
  nothing: {},
  trace: { trace: devNull },
  blocked: { debug: { blocked: 100, reports: false } },
};

/** Operations that warm up a peer before it is measured at several sizes, in batches of at most so many. */
const WARM_UP = { operations: 200_000, batch: 10_000 };

/** What share of its size a workload is run with to warm up, where it names none. */
const WARM_UP_SHARE = 1 / 20;

/**
 * Runs one peer of a workload, once small to warm up and once for the figure, and prints what it took. With a number of
 * operations the size is repeated until there are as many, and the warm-up is the same for all sizes.
 *
 * @param {string} moduleUrl `import.meta.url` of the workload
 * @param {Record<string, () => Promise<{ run: (n: number) => Promise<void>, inside?: (body: () => Promise<void>) => Promise<void> }>>} peers
 */
export async function workload(moduleUrl, peers, { warmUp = WARM_UP_SHARE } = {}) {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  const [peer, size, operations] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 0)];
  const load = peers[peer];
  if (load === undefined) {
    console.log(JSON.stringify({ peers: Object.keys(peers) }));
    return;
  }
  const { run, inside = (body) => body() } = await load();
  await inside(async () => {
    const figures =
      operations > 0 ? await measureRepeated(run, size, operations) : await measureOnce(run, size, warmUp);
    console.log(JSON.stringify({ n: size, ...figures, peakMb: process.resourceUsage().maxRSS / 1024 }));
  });
  process.exit(0);
}

async function measureOnce(run, size, warmUp) {
  await run(Math.max(1, Math.floor(size * warmUp)));
  globalThis.gc?.();
  let extra;
  const figures = await measure(size, async () => {
    extra = await run(size);
  });
  return { ...figures, ...extra };
}

async function measureRepeated(run, size, operations) {
  const batch = Math.min(size, WARM_UP.batch);
  for (let done = 0; done < Math.min(WARM_UP.operations, operations); done += batch) await run(batch);
  globalThis.gc?.();
  const times = Math.max(1, Math.round(operations / size));
  const pauses = watchCollector();
  const figures = await measure(size * times, async () => {
    for (let i = 0; i < times; i++) await run(size);
  });
  return { ...figures, times, gcNs: ((await pauses()) * 1e6) / (size * times) };
}

/** Wall and CPU time per operation, in nanoseconds. */
async function measure(operations, work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ns: (wall * 1e6) / operations, cpuNs: ((user + system) * 1e3) / operations };
}

/** The result tells for how many milliseconds the garbage collector has stopped the thread meanwhile. */
function watchCollector() {
  let total = 0;
  const start = performance.now();
  const add = (list) => {
    for (const { startTime, duration } of list) if (startTime >= start) total += duration;
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });
  return async () => {
    // Node hands the entries over in the event loop's next turns.
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
    add(observer.takeRecords());
    observer.disconnect();
    return total;
  };
}

/** Heddle as a user has it: the built package, inside `run()`. */
export async function heddle(run) {
  const { run: runMain } = await import("heddle");
  const watch = WATCH[process.env.HEDDLE_BENCH_WATCH ?? "nothing"];
  return { run, inside: (body) => runMain(body, { handleSignals: false, ...watch }) };
}
