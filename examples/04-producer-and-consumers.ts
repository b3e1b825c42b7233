// A producer and two consumers, with a queue between them that holds two items.
//
// In Python: an asyncio.Queue, a task for each, queue.join() in the end, and the consumers cancelled by hand. Here the
// producer shuts the queue down, `for await` ends when it is empty, and the group waits for all of them.
import { fileURLToPath } from "node:url";
import { now, Queue, run, sleep, taskGroup } from "heddle";

async function produce(queue: Queue<number>): Promise<void> {
  for (let order = 1; order <= 5; order++) {
    await sleep(100);
    await queue.put(order);
    console.log(`ordered ${order}`);
  }
  queue.shutdown();
}

async function consume(name: string, queue: Queue<number>): Promise<void> {
  for await (const order of queue) {
    await sleep(300);
    console.log(`${name} has made ${order}`);
  }
  console.log(`${name} goes home`);
}

export async function main(): Promise<void> {
  const start = now();
  const queue = new Queue<number>(2);
  await taskGroup((group) => {
    group.createTask(() => produce(queue));
    group.createTask(() => consume("Ada", queue));
    group.createTask(() => consume("Bo", queue));
  });
  console.log(`All done, after ${((now() - start) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
