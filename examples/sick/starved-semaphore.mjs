// Whoever fails forgets to give the connection back: after a while the pool is empty, and everybody waits.
import { createTask, mapConcurrent, named, run, Semaphore, sleep } from "heddle";

const connections = named(new Semaphore(3), "connections");

async function query(n) {
  const connection = await connections.acquire();
  await sleep(5);
  if (n % 2 === 1) return "failed"; // and `connection` is forgotten
  connection.release();
  return "fine";
}

await run(async () => {
  createTask(async function heartbeat() {
    while (true) await sleep(1000);
  });
  const results = mapConcurrent(
    Array.from({ length: 100 }, (_, n) => n),
    query,
    { limit: 10 },
  );
  for await (const _result of results);
});
