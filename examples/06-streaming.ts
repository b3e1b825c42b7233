// Data as it comes: an async generator yields readings, another smooths them, and each is printed at once.
//
// In Python: "async def" with "yield", and "async for". The generators are the same; JavaScript has them too.
import { fileURLToPath } from "node:url";
import { now, run, sleep } from "heddle";

async function* readings(): AsyncGenerator<number> {
  for (const degrees of [20, 22, 27, 21]) {
    await sleep(500);
    yield degrees;
  }
}

/** The mean of each reading and the one before it. */
async function* smooth(source: AsyncIterable<number>): AsyncGenerator<number> {
  let last: number | undefined;
  for await (const each of source) {
    yield (each + (last ?? each)) / 2;
    last = each;
  }
}

export async function main(): Promise<void> {
  const start = now();
  for await (const degrees of smooth(readings())) {
    console.log(`${((now() - start) / 1000).toFixed(1)} s: ${degrees} degrees`);
  }
  console.log("No more readings");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
