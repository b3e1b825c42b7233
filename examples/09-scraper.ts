// A scraper: fetches many pages at once, ten at a time and each within ten seconds, and prints their titles.
//
// In Python: aiohttp's session.get(url) under an asyncio.Semaphore(10), in asyncio.gather(..., return_exceptions=True).
// No signal is carried around: Ctrl-C, the timeout or a cancelled caller reach the fetch() by themselves.
import { fileURLToPath } from "node:url";
import { gather, run, timeout, withSignal } from "heddle";

async function fetchPage(url: string): Promise<string> {
  return withSignal(async (signal) => {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.text();
  });
}

async function fetchTitle(url: string): Promise<string> {
  const html = await timeout(10_000, () => fetchPage(url));
  return /<title[^>]*>([^<]*)/i.exec(html)?.[1]?.trim() ?? "(no title)";
}

export async function main(urls: string[]): Promise<void> {
  const jobs = urls.map((url) => () => fetchTitle(url));
  const titles = await gather(jobs, { limit: 10, settle: true });
  for (const [index, title] of titles.entries()) {
    if (title.status === "fulfilled") console.log(`${urls[index]}: ${title.value}`);
    else console.log(`${urls[index]}: failed, ${title.reason.cause ?? title.reason}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const urls = process.argv.slice(2);
  await run(() => main(urls.length > 0 ? urls : ["https://example.com/", "https://nodejs.org/en"]));
}
