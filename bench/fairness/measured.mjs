// `node fairness/measured.mjs <peer> <load> <seconds>`: keeps the thread busy and prints how long everything else has waited.
import { peer } from "../js/peers.mjs";
import { CAPACITY, Tuned } from "../js/queues.mjs";
import { openProbes } from "./probes.mjs";

const TASKS = 100;

/** The loads, and for each the peers: functions that keep at it while `busy()`, and return how often they yielded or handed over. */
const LOADS = {
  idle: {
    "nothing runs": async () => async (_busy, seconds) => {
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return 0;
    },
  },
  yield: {
    heddle: async () => {
      const { checkpoint, gather } = await import("heddle");
      return withinRun(async (busy) => {
        const loop = async () => repeat(busy, checkpoint);
        return total(await gather(Array.from({ length: TASKS }, () => loop)));
      });
    },
    // Never leaves the microtask queue: ends by itself or not at all.
    "native, await null": async () => async (busy) => {
      const loop = () => repeat(busy, () => null);
      return total(await Promise.all(Array.from({ length: TASKS }, loop)));
    },
    "native, setImmediate": async () => async (busy) => {
      const loop = () => repeat(busy, () => new Promise((resolve) => setImmediate(resolve)));
      return total(await Promise.all(Array.from({ length: TASKS }, loop)));
    },
    effect: async () => {
      const { Effect } = await peer("effect");
      return (busy) => {
        const loop = Effect.gen(function* () {
          let done = 0;
          for (; goesOn(busy, done); done++) yield* Effect.yieldNow;
          return done;
        });
        const all = Array.from({ length: TASKS }, () => loop);
        return Effect.runPromise(Effect.all(all, { concurrency: "unbounded" })).then(total);
      };
    },
  },
  queue: {
    heddle: async () => {
      const { gather, Queue } = await import("heddle");
      return withinRun(async (busy) => {
        const [produce, consume] = bothEnds(new Queue(CAPACITY), busy);
        const [done] = await gather(produce, consume);
        return done;
      });
    },
    "native, tuned": async () => async (busy) => {
      const [produce, consume] = bothEnds(new Tuned(), busy);
      const [done] = await Promise.all([produce(), consume()]);
      return done;
    },
    effect: async () => {
      const { Effect, Queue } = await peer("effect");
      return (busy) => {
        const program = Effect.gen(function* () {
          const queue = yield* Queue.bounded(CAPACITY);
          const produce = Effect.gen(function* () {
            let done = 0;
            for (; goesOn(busy, done); done++) yield* Queue.offer(queue, done);
            yield* Queue.offer(queue, END);
            return done;
          });
          const consume = Effect.gen(function* () {
            while ((yield* Queue.take(queue)) !== END);
          });
          return yield* Effect.all([produce, consume], { concurrency: "unbounded" });
        });
        return Effect.runPromise(program).then(([done]) => done);
      };
    },
  },
};

const END = -1;

const [name, load, seconds] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const open = LOADS[load]?.[name];
if (open === undefined) {
  console.log(JSON.stringify({ peers: Object.keys(LOADS[load] ?? {}) }));
} else {
  console.log(JSON.stringify(await measure(await open())));
  process.exit(0);
}

async function measure(keepBusy) {
  const probes = await openProbes();
  await probes.begin();
  const start = performance.now();
  const end = start + seconds * 1000;
  const operations = await keepBusy(() => performance.now() < end, seconds);
  const wall = performance.now() - start;
  return { n: operations, ns: (wall * 1e6) / operations, seconds, ...(await probes.end()) };
}

async function withinRun(keepBusy) {
  const { run } = await import("heddle");
  return (busy) => run(() => keepBusy(busy), { handleSignals: false });
}

function bothEnds(queue, busy) {
  const produce = async () => {
    const done = await repeat(busy, () => queue.put(0));
    await queue.put(END);
    return done;
  };
  const consume = async () => {
    while ((await queue.get()) !== END);
  };
  return [produce, consume];
}

async function repeat(busy, operation) {
  let done = 0;
  for (; goesOn(busy, done); done++) await operation();
  return done;
}

/** To ask for the time costs more than an operation, so few of them do. */
function goesOn(busy, done) {
  return done % 64 !== 0 || busy();
}

function total(counts) {
  return counts.reduce((sum, count) => sum + count, 0);
}
