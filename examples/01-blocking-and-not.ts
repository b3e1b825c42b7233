// A blocking sleep beside a non-blocking one.
//
// In Python: time.sleep() in a coroutine stops the whole event loop, asyncio.sleep() only the task that awaits it.
// So two tasks that block run one after the other, and two tasks that sleep do it at the same time.
import { fileURLToPath } from "node:url";
import { gather, run, sleep } from "heddle";

/** Stops the thread, and with it every task, timer and socket: what time.sleep() does. */
function blockingSleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function blocking(name: string, ms: number): Promise<void> {
  console.log(`  ${name} starts`);
  blockingSleep(ms);
  console.log(`  ${name} ends`);
}

async function notBlocking(name: string, ms: number): Promise<void> {
  console.log(`  ${name} starts`);
  await sleep(ms);
  console.log(`  ${name} ends`);
}

export async function main(ms: number = 1000): Promise<void> {
  console.log("Blocking:");
  await gather(
    () => blocking("first", ms),
    () => blocking("second", ms),
  );
  console.log("Not blocking:");
  await gather(
    () => notBlocking("first", ms),
    () => notBlocking("second", ms),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
