// One thing after the other: a program that fetches, then processes, and prints how long it took.
//
// In Python: two coroutines that call asyncio.sleep(), awaited in turn by main(), with time.perf_counter() around them.
import { fileURLToPath } from "node:url";
import { now, run, sleep } from "heddle";

async function fetchData(): Promise<number[]> {
  console.log("Fetching …");
  await sleep(2000);
  console.log("Fetched");
  return [1, 2, 3];
}

async function processData(data: number[]): Promise<number> {
  console.log(`Processing ${data.length} items …`);
  await sleep(3000);
  console.log("Processed");
  return data.reduce((sum, item) => sum + item, 0);
}

export async function main(): Promise<void> {
  const start = now();
  const data = await fetchData();
  const sum = await processData(data);
  console.log(`The sum is ${sum}, after ${((now() - start) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
