// Sends a byte to the measured process, waits for it to come back, and again, from "go" on standard input to "stop". Then it
// prints how long that took. In a process of its own: what is measured is how long the other one lets its sockets wait.
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { pause, summarise } from "./summary.mjs";

const socket = connect({ host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true });
const orders = createInterface({ input: process.stdin });
let stopped = false;

await once(socket, "connect");
// The way there and back once, so that nothing is done for the first time later.
await roundTrip();
console.log("ready");
await once(orders, "line");
orders.once("line", () => {
  stopped = true;
});
const samples = [];
while (!stopped) {
  await pause();
  samples.push(await roundTrip());
}
console.log(JSON.stringify(summarise(samples)));
process.exit(0);

async function roundTrip() {
  const start = performance.now();
  socket.write("x");
  await once(socket, "data");
  return performance.now() - start;
}
