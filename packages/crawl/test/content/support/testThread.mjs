// A thread that does what the tests of the pool want, terrible things among them.
import { parentPort, threadId } from "node:worker_threads";

parentPort.on("message", ({ kind, value }) => {
  if (kind === "echo") parentPort.postMessage({ ok: true, value });
  if (kind === "id") parentPort.postMessage({ ok: true, value: threadId });
  if (kind === "fail") parentPort.postMessage({ ok: false, name: "RangeError", message: value });
  if (kind === "throw") throw new Error(value);
  if (kind === "exit") process.exit(value);
  if (kind === "spin") for (;;);
  if (kind === "silence") setTimeout(() => {}, 1e9);
  if (kind === "eat") {
    const all = [];
    for (;;) all.push(new Array(100_000).fill(all.length));
  }
  if (kind === "late") {
    parentPort.postMessage({ ok: true, value });
    setTimeout(() => process.exit(3), 5);
  }
});
