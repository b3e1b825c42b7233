// A small program to trace: two tasks, one of which waits for what the other one has. It ends with status 3.
import { gather, Queue, sleep } from "heddle";

const queue = new Queue();

await gather(
  async function producer() {
    await sleep(20);
    queue.putNowait("work");
  },
  async function consumer() {
    console.log(`${await queue.get()}ed`);
  },
);
process.exitCode = 3;
