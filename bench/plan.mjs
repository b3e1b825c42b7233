// What is measured, as data. `base` is the peer that the ratios are taken against, `figure` which number counts, `aim` the
// highest ratio to the base that we want on the newest Node.
export const PLAN = [
  { js: "spawn", py: "spawn", what: "spawn 200k tasks and gather", size: 200_000, base: "native", aim: 2.4 },
  { js: "groups", py: "groups", what: "groups of 100 tasks", size: 200_000, base: "native", aim: 2.5 },
  { js: "yield", py: "yield", what: "yield (100 tasks)", size: 2_000_000, pySize: 500_000, base: "native", aim: 1.7 },
  {
    js: "sleep",
    py: "sleep",
    what: "200k concurrent sleeps, CPU",
    size: 200_000,
    base: "native",
    figure: "cpuNs",
    aim: 1.05,
  },
  { js: "timeout", py: "timeout", what: "timeout that does not fire", size: 100_000, base: "native", aim: 0.35 },
  {
    js: "queue",
    py: "queue1",
    what: "bounded queue, 1 to 1",
    size: 1_000_000,
    pySize: 300_000,
    base: "native",
    aim: 1.2,
  },
  {
    js: "queue10",
    py: "queue10",
    what: "bounded queue, 10 to 10",
    size: 1_000_000,
    pySize: 300_000,
    base: "native",
    aim: 1.2,
  },
  { js: "semaphore", py: "semaphore", what: "100k tasks on 100 permits", size: 100_000, base: "native", aim: 1.4 },
  {
    js: "map",
    py: "semaphore",
    what: "concurrent map, limit 100",
    size: 200_000,
    pySize: 100_000,
    base: "p-map",
    aim: 0.25,
  },
  { js: "cancel", py: "cancel", what: "cancel 100k sleepers", size: 100_000, base: "native", aim: 0.85 },
  {
    js: "pingpong",
    py: "pingpong",
    what: "ping-pong round trip",
    size: 300_000,
    pySize: 100_000,
    base: "native",
    aim: 1.35,
  },
  {
    js: "get",
    py: "get",
    what: "GET over loopback, CPU",
    size: 10_000,
    base: "undici + p-limit",
    figure: "cpuNs",
    aim: 1.03,
  },
  { js: "memory", py: "memory", what: "bytes of a parked task", size: 100_000, base: "native", figure: "bytes" },
];

export const NPM_PEERS = {
  "async-sema": "3.1.1",
  effect: "4.1.0",
  "p-limit": "7.3.3",
  "p-map": "7.1.1",
  "p-queue": "9.3.5",
  rxjs: "7.8.2",
  undici: "7.30.2",
};

/** Peers that need a newer Node than the floor. */
export const NEEDS_NEWER_NODE = new Set(["effect"]);
