// Several coroutines at once: together they take as long as the slowest.
//
// In Python: await asyncio.gather(make("tea", 3), make("eggs", 2), make("toast", 1)). Here gather() gets functions: calling
// an async function starts it at once, and gather() can stop only what it has started, when one fails or all are cancelled.
import { fileURLToPath } from "node:url";
import { gather, now, run, sleep } from "heddle";

async function make(what: string, seconds: number): Promise<string> {
  console.log(`${what}: started`);
  await sleep(seconds * 1000);
  console.log(`${what}: ready`);
  return what;
}

export async function main(): Promise<void> {
  const start = now();
  const breakfast = await gather(
    () => make("tea", 3),
    () => make("eggs", 2),
    () => make("toast", 1),
  );
  console.log(`Breakfast is ${breakfast.join(", ")}, after ${((now() - start) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
