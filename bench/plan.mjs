// What is measured, as data.

/** The Nodes that are measured, by major version: the oldest supported, and the newest. Aims are for the last one. */
export const NODES = [20, 26];

/**
 * The workloads. `base` is the peer that the ratios are taken against, `figure` the number that counts ("ns", of wall time,
 * if left out). An aim is for the peers called "heddle…": at most `most` times the figure of `than`, or at most `most` of it
 * where `than` is left out.
 */
export const WORKLOADS = [
  {
    js: "spawn",
    py: "spawn",
    what: "spawn 200k tasks and gather",
    size: 200_000,
    base: "native",
    aims: [
      { most: 2.4, than: "native" },
      { most: 1 / 7, than: "asyncio" },
    ],
  },
  {
    js: "groups",
    py: "groups",
    what: "groups of 100 tasks",
    size: 200_000,
    base: "native",
    aims: [
      { most: 2.5, than: "native" },
      { most: 1 / 10, than: "asyncio" },
      { most: 1 / 6, than: "effect" },
    ],
  },
  {
    js: "yield",
    py: "yield",
    what: "yield (100 tasks)",
    size: 2_000_000,
    pySize: 500_000,
    base: "native",
    aims: [{ most: 1.7, than: "native" }],
  },
  {
    js: "sleep",
    py: "sleep",
    what: "200k concurrent sleeps, CPU",
    size: 200_000,
    base: "native",
    figure: "cpuNs",
    aims: [{ most: 1.05, than: "native" }],
  },
  {
    js: "timeout",
    py: "timeout",
    what: "timeout that does not fire",
    size: 100_000,
    base: "native",
    aims: [{ most: 0.35, than: "native" }],
  },
  {
    js: "queue",
    py: "queue1",
    what: "bounded queue, 1 to 1",
    size: 1_000_000,
    pySize: 300_000,
    base: "native, async methods",
    aims: [
      { most: 1.2, than: "native, async methods" },
      { most: 1.2, than: "native, tuned" },
    ],
  },
  {
    js: "queue10",
    py: "queue10",
    what: "bounded queue, 10 to 10",
    size: 1_000_000,
    pySize: 300_000,
    base: "native, async methods",
    aims: [
      { most: 1.2, than: "native, async methods" },
      { most: 1.2, than: "native, tuned" },
    ],
  },
  {
    js: "semaphore",
    py: "semaphore",
    what: "100k tasks on 100 permits",
    size: 100_000,
    base: "native",
    aims: [
      { most: 1.4, than: "native" },
      { most: 1, than: "p-limit" },
      { most: 1, than: "async-sema" },
    ],
  },
  {
    js: "map",
    py: "semaphore",
    what: "concurrent map, limit 100",
    size: 200_000,
    pySize: 100_000,
    base: "p-map",
    aims: [{ most: 1 / 4, than: "p-map" }],
  },
  {
    js: "cancel",
    py: "cancel",
    what: "cancel 100k sleepers",
    size: 100_000,
    base: "native, AbortController tree",
    aims: [{ most: 0.85, than: "native, AbortController tree" }],
  },
  {
    js: "pingpong",
    py: "pingpong",
    what: "ping-pong round trip",
    size: 300_000,
    pySize: 100_000,
    base: "native",
    aims: [{ most: 1.35, than: "native" }],
  },
  {
    js: "get",
    py: "get",
    what: "20k GETs over loopback, CPU",
    size: 20_000,
    base: "undici + p-limit",
    figure: "cpuNs",
    aims: [{ most: 1.03, than: "undici + p-limit" }],
  },
  {
    js: "memory",
    py: "memory",
    what: "bytes of a parked task",
    size: 100_000,
    base: "native",
    figure: "bytes",
    aims: [{ most: 1000 }],
  },
];

/**
 * How the cost of one operation grows with the number of tasks, on the newest Node. A small size is repeated until about
 * `operations` are done, so that every size has had the same work to warm up and to be measured by.
 */
export const SCALING = {
  sizes: [1_000, 10_000, 100_000, 1_000_000],
  operations: 1_000_000,
  /** A million live tasks is more than a gigabyte of heap. In MiB. */
  heap: 8_192,
  /** The cost at the most expensive size is to be at most so many times that at the cheapest. */
  aim: 2,
  workloads: [
    { js: "spawn", what: "spawn and gather", peers: ["heddle", "native"] },
    { js: "sleepShort", what: "sleep, CPU", peers: ["heddle", "native"], figure: "cpuNs" },
    { js: "queueParked", what: "queue: park in get(), then put()", peers: ["heddle", "native", "native, Array.shift"] },
    { js: "semaphore", what: "semaphore, 100 permits", peers: ["heddle", "native"] },
    {
      js: "cancel",
      what: "cancel sleepers",
      peers: ["heddle", "native, AbortController tree"],
    },
  ],
};

/**
 * Whether a program that is busy with tasks still serves its sockets, timers and worker threads. `seconds` is how long each
 * load lasts, also for those who starve everything else.
 */
export const FAIRNESS = {
  seconds: 4,
  /** The 99th percentile of each of the three is to be at most so many milliseconds. */
  aim: 6,
  loads: [
    { load: "idle", what: "nothing" },
    { load: "yield", what: "100 tasks that only yield" },
    { load: "queue", what: "a producer and a consumer that never block" },
  ],
};

/**
 * What it costs to be watched, on the newest Node. The sizes are small and repeated: with as many live tasks as above, one
 * collection of the heap more or less is more than all that is measured here.
 */
export const WATCHING = {
  aim: { trace: 1.1 },
  workloads: [
    { js: "get", what: "20k GETs over loopback, CPU", peer: "heddle + undici", size: 20_000, figure: "cpuNs" },
    { js: "timeout", what: "timeout that does not fire", size: 2_000, operations: 200_000 },
    { js: "map", what: "concurrent map, limit 100", size: 2_000, operations: 200_000 },
    { js: "sleep", what: "concurrent sleeps, CPU", size: 2_000, operations: 60_000, figure: "cpuNs" },
    { js: "cancel", what: "cancel sleepers", size: 2_000, operations: 200_000 },
    { js: "spawn", what: "spawn tasks that do nothing and gather", size: 2_000, operations: 400_000 },
    { js: "semaphore", what: "tasks that do nothing on 100 permits", size: 2_000, operations: 400_000 },
    { js: "pingpong", what: "ping-pong round trip: two waits, two wake-ups", size: 20_000, operations: 400_000 },
  ],
};

/**
 * Fetching pages, 256 at a time. `size` is how many pages, `sizes` how many for peers that are slow. The aim is for the CPU of
 * the client: at most so many times that of `base`.
 */
export const PAGES = {
  size: 10_000,
  sizes: { "crawlee HttpCrawler": 1_000, "crawlee CheerioCrawler": 600, scrapy: 1_500 },
  base: "undici.request",
  aim: 2,
};

/** Frameworks that fetch pages, in a folder of their own: they bring a hundred packages. */
export const CRAWLERS = {
  "@crawlee/cheerio": "3.18.1",
  "@crawlee/http": "3.18.1",
  "@crawlee/memory-storage": "3.18.1",
};

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
