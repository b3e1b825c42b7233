// A background task that does something every second, while the main program works.
//
// In Python: task = asyncio.create_task(heartbeat()), and in the end task.cancel() and "await task" inside of a
// try/except for the CancelledError. Here cancelAndWait() is both, and the task's `finally` has run when it returns.
import { fileURLToPath } from "node:url";
import { createTask, now, run, sleep } from "heddle";

async function heartbeat(): Promise<void> {
  const start = now();
  try {
    for (;;) {
      console.log(`  alive for ${((now() - start) / 1000).toFixed(0)} s`);
      await sleep(1000);
    }
  } finally {
    console.log("  heartbeat stopped");
  }
}

export async function main(): Promise<void> {
  const task = createTask(heartbeat);
  console.log("Working …");
  await sleep(3500);
  console.log("Worked");
  await task.cancelAndWait();
  console.log(`The task is ${task.state}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
