// A task works without ever waiting: nothing else gets a turn, no timer, no request.
import { createTask, run, sleep } from "heddle";

function countPrimesBelow(limit) {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let prime = true;
    for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
    if (prime) count++;
  }
  return count;
}

async function heartbeat() {
  while (true) await sleep(1000);
}

async function countForEver() {
  await sleep(300);
  while (true) countPrimesBelow(1_000_000);
}

await run(async () => {
  createTask(heartbeat);
  await createTask(countForEver, { name: "statistics" });
});
