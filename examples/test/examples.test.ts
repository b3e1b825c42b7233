import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { run } from "heddle";
import { virtualTime } from "heddle/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main as blockingAndNot } from "../01-blocking-and-not.js";
import { main as fetchThenProcess } from "../02-fetch-then-process.js";
import { main as gatherSeveral } from "../03-gather.js";
import { main as producerAndConsumers } from "../04-producer-and-consumers.js";
import { main as periodicTask } from "../05-periodic-task.js";
import { main as streaming } from "../06-streaming.js";
import { main as semaphore } from "../07-semaphore.js";
import { main as ioThenCpu } from "../08-io-then-cpu.js";
import { main as scraper } from "../09-scraper.js";

let printed: string[] = [];

beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    printed.push(line);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the examples", () => {
  it("01: tasks that block run one after the other, tasks that sleep do it at the same time", async () => {
    await virtualTime(() => blockingAndNot(1));
    expect(printed).toEqual([
      "Blocking:",
      "  first starts",
      "  first ends",
      "  second starts",
      "  second ends",
      "Not blocking:",
      "  first starts",
      "  second starts",
      "  first ends",
      "  second ends",
    ]);
  });

  it("02: fetching for 2 s and processing for 3 s takes 5 s", async () => {
    await virtualTime(fetchThenProcess);
    expect(printed).toEqual([
      "Fetching …",
      "Fetched",
      "Processing 3 items …",
      "Processed",
      "The sum is 6, after 5.0 s",
    ]);
  });

  it("03: what is gathered takes as long as the slowest, and keeps its order", async () => {
    await virtualTime(gatherSeveral);
    expect(printed).toEqual([
      "tea: started",
      "eggs: started",
      "toast: started",
      "toast: ready",
      "eggs: ready",
      "tea: ready",
      "Breakfast is tea, eggs, toast, after 3.0 s",
    ]);
  });

  it("04: a producer feeds two consumers through a queue, until it shuts the queue down", async () => {
    await virtualTime(producerAndConsumers);
    expect(printed).toEqual([
      "ordered 1",
      "ordered 2",
      "ordered 3",
      "Ada has made 1",
      "ordered 4",
      "Bo has made 2",
      "ordered 5",
      "Ada has made 3",
      "Bo has made 4",
      "Bo goes home",
      "Ada has made 5",
      "Ada goes home",
      "All done, after 1.0 s",
    ]);
  });

  it("05: a background task beats every second until it is cancelled, and cleans up", async () => {
    await virtualTime(periodicTask);
    expect(printed).toEqual([
      "Working …",
      "  alive for 0 s",
      "  alive for 1 s",
      "  alive for 2 s",
      "  alive for 3 s",
      "Worked",
      "  heartbeat stopped",
      "The task is cancelled",
    ]);
  });

  it("06: items go through two async generators one by one, as they come", async () => {
    await virtualTime(streaming);
    expect(printed).toEqual([
      "0.5 s: 20 degrees",
      "1.0 s: 21 degrees",
      "1.5 s: 24.5 degrees",
      "2.0 s: 24 degrees",
      "No more readings",
    ]);
  });

  it("07: a semaphore of two lets two downloads be under way", async () => {
    await virtualTime(semaphore);
    expect(printed).toEqual([
      "file 1 starts, 1 under way",
      "file 2 starts, 2 under way",
      "file 3 starts, 1 under way",
      "file 4 starts, 2 under way",
      "file 5 starts, 1 under way",
      "file 6 starts, 2 under way",
      "6 files, after 3.0 s",
    ]);
  });

  it("08: loads overlap, and the computations follow in order", async () => {
    await virtualTime(ioThenCpu);
    expect(printed).toEqual([
      "loaded 2000",
      "loaded 4000",
      "loaded 1000",
      "All loaded after 1.5 s",
      "168 primes below 1000",
      "303 primes below 2000",
      "550 primes below 4000",
    ]);
  });

  // Under the real clock: virtual time would jump to the scraper's timeout while the sockets are still busy.
  it("09: the scraper fetches real pages, and says which failed", async () => {
    const site = await startSite();
    const { port } = site;
    const paths = ["hello", "untitled", "missing", "reset"];
    try {
      await run(() => scraper(paths.map((path) => `http://127.0.0.1:${port}/${path}`)));
    } finally {
      await site.stop();
    }
    expect(printed).toEqual([
      `http://127.0.0.1:${port}/hello: Hello, loom`,
      `http://127.0.0.1:${port}/untitled: (no title)`,
      `http://127.0.0.1:${port}/missing: failed, Error: status 404`,
      // How a reset is called is up to the platform.
      expect.stringMatching(/\/reset: failed, \w*Error: ./),
    ]);
  });
});

async function startSite(): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url === "/reset") {
      request.socket.destroy();
      return;
    }
    const page = { "/hello": "<title>Hello, loom</title>", "/untitled": "<p>No head" }[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" }).end(page);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return { port, stop };
}
