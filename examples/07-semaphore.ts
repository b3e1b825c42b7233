// Six downloads, of which a semaphore lets two be under way at a time.
//
// In Python: "async with semaphore:" around the work, and asyncio.gather() over all of it.
// (gather() has a { limit } of its own, too; a semaphore also caps what different parts of a program do.)
import { fileURLToPath } from "node:url";
import { gather, now, run, Semaphore, sleep } from "heddle";

const semaphore = new Semaphore(2);
let running = 0;

async function download(file: number): Promise<number> {
  return semaphore.with(async () => {
    running++;
    console.log(`file ${file} starts, ${running} under way`);
    await sleep(1000);
    running--;
    return file;
  });
}

export async function main(): Promise<void> {
  const start = now();
  const files = await gather([1, 2, 3, 4, 5, 6].map((file) => () => download(file)));
  console.log(`${files.length} files, after ${((now() - start) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(main);
