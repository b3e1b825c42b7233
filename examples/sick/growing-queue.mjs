// One task puts items into a queue without a bound, another takes them out, more slowly.
import { named, Queue, run, sleep, taskGroup } from "heddle";

const jobs = named(new Queue(), "jobs");

async function produce() {
  for (let n = 0; ; n++) {
    await jobs.put(n);
    await sleep(2);
  }
}

async function consume() {
  for await (const _job of jobs) await sleep(50);
}

await run(() =>
  taskGroup((group) => {
    group.createTask(produce);
    group.createTask(consume);
  }),
);
