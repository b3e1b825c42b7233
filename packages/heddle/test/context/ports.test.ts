import { BroadcastChannel, MessageChannel, Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { onThisRuntime } from "./differences.js";
import type { Note } from "./whoRuns.js";
import { whoRuns } from "./whoRuns.js";

type Listen = (port: MessagePortLike, listener: () => void) => void;

/** What the ports of `node:worker_threads` and those of the web have in common, as far as it is needed here. */
interface MessagePortLike {
  on(type: "message", listener: () => void): unknown;
  addEventListener(type: "message", listener: () => void): void;
  onmessage: unknown;
  start(): void;
}

describe("the context of a listener for messages", () => {
  it.each<[string, Listen]>([
    ["on()", (port, listener) => void port.on("message", listener)],
    [
      "addEventListener()",
      (port, listener) => {
        port.addEventListener("message", listener);
        port.start();
      },
    ],
    [
      "onmessage",
      (port, listener) => {
        port.onmessage = listener;
      },
    ],
  ])("is the maker's for a MessagePort and %s, except on Bun and Deno", async (_, listen) => {
    const seen = await whoRuns((note) => {
      let channel: MessageChannel | undefined;
      return {
        maker() {
          channel = new MessageChannel();
        },
        listener() {
          const { port1 } = channel!;
          listen(port1 as unknown as MessagePortLike, () => {
            note("listener");
            port1.close();
          });
        },
        sender: () => channel!.port2.postMessage("hello"),
      };
    });
    expect(seen).toEqual([`listener in ${onThisRuntime("messagePort")}`]);
  });

  it("is the maker's for a BroadcastChannel, except on Bun and Deno", async () => {
    const seen = await whoRuns((note) => {
      const ends: BroadcastChannel[] = [];
      return {
        maker: () => void ends.push(new BroadcastChannel("heddle-context"), new BroadcastChannel("heddle-context")),
        listener() {
          ends[0]!.onmessage = () => {
            note("listener");
            for (const end of ends) end.close();
          };
        },
        sender: () => ends[1]!.postMessage("hello"),
      };
    });
    expect(seen).toEqual([`listener in ${onThisRuntime("broadcastChannel")}`]);
  });

  it("is the maker's for a Worker, except on Bun", async () => {
    const answer =
      'const { parentPort } = require("node:worker_threads"); parentPort.once("message", (m) => parentPort.postMessage(m))';
    const seen = await whoRuns(
      (note) => {
        let worker: Worker | undefined;
        return {
          maker() {
            worker = new Worker(answer, { eval: true });
          },
          listener: () => listenToAll(worker!, note),
          sender: () => worker!.postMessage("hello"),
        };
      },
      { notes: 3 },
    );
    const who = onThisRuntime("worker");
    expect(seen).toEqual([`online in ${who}`, `message in ${who}`, `exit in ${who}`]);
  });
});

function listenToAll(worker: Worker, note: Note): void {
  worker.once("online", () => note("online"));
  worker.once("message", () => {
    note("message");
    worker.terminate();
  });
  worker.once("exit", () => note("exit"));
}
