// Every request starts a watcher in the background that waits for something that never happens, and nobody ends it.
import { createTask, Event, named, run, sleep } from "heddle";

const configChanged = named(new Event(), "config changed");

async function handle() {
  createTask(async function watchConfig() {
    await configChanged.wait();
  });
  await sleep(5);
}

await run(async () => {
  while (true) {
    await handle();
    await sleep(20);
  }
});
