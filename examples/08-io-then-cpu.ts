// I/O all at once, then CPU work in sequence: one thread waits for many things, and computes one.
//
// In Python: await asyncio.gather(*loads), then a plain loop, with "await asyncio.sleep(0)" in the computation so that
// it does not starve the other tasks. Here that is checkpoint(), which is cheap enough for an inner loop.
import { fileURLToPath } from "node:url";
import { checkpoint, gather, now, run, sleep } from "heddle";

async function load(limit: number, ms: number): Promise<number> {
  await sleep(ms);
  console.log(`loaded ${limit}`);
  return limit;
}

async function countPrimes(limit: number): Promise<number> {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) count++;
    await checkpoint();
  }
  return count;
}

export async function main(): Promise<void> {
  const start = now();
  const limits = await gather(
    () => load(1000, 1500),
    () => load(2000, 500),
    () => load(4000, 1000),
  );
  console.log(`All loaded after ${((now() - start) / 1000).toFixed(1)} s`);
  for (const limit of limits) console.log(`${await countPrimes(limit)} primes below ${limit}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
