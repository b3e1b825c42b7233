// A worker thread that asks the main thread something, waits for the answer, and again, from one message "go" to "stop".
import { once } from "node:events";
import { parentPort } from "node:worker_threads";
import { pause, summarise } from "./summary.mjs";

let stopped = false;
await roundTrip();
parentPort.postMessage("ready");
await once(parentPort, "message");
const samples = [];
while (!stopped) {
  await pause();
  samples.push(await roundTrip());
}
parentPort.postMessage(summarise(samples));

function roundTrip() {
  const start = performance.now();
  parentPort.postMessage("question");
  return new Promise((resolve) => {
    const listener = (message) => {
      if (message === "stop") {
        stopped = true;
        return;
      }
      parentPort.off("message", listener);
      resolve(performance.now() - start);
    };
    parentPort.on("message", listener);
  });
}
