// A task that is asked to stop goes on: it awaits a promise of somebody else's, who does not know of the request.
import { createTask, moveOnAfter, run, sleep } from "heddle";

/** Stands for a driver that takes no signal. */
function askOldDatabase() {
  return new Promise((resolve) => {
    setTimeout(resolve, 3_600_000);
  });
}

await run(async () => {
  createTask(async function heartbeat() {
    while (true) await sleep(1000);
  });
  await moveOnAfter(200, async () => {
    const query = createTask(async function nightlyReport() {
      await askOldDatabase();
    });
    await sleep(100);
    await query.cancelAndWait("the night is over");
  });
  await sleep(Infinity);
});
