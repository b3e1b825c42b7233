// Pages of 9 kB over loopback, 64 at a time, from request to text: the fetcher beside bare undici. The CPU of the client is the
// figure: what politeness, verdict, ledger, limits and retries cost a page.
import { heddle, workload } from "./measure.mjs";
import { site, urls } from "./site.mjs";

const LIMIT = 64;

await workload(import.meta.url, {
  "undici.request": async () => {
    const [{ Agent, request }, url] = await Promise.all([import("undici"), site()]);
    const dispatcher = new Agent({ connections: LIMIT });
    return {
      run: async (n) => {
        let left = n;
        const worker = async () => {
          while (left-- > 0) {
            const { body } = await request(url, { dispatcher });
            await body.text();
          }
        };
        await Promise.all(Array.from({ length: LIMIT }, worker));
      },
    };
  },
  heddle: async () => {
    const [{ createFetcher }, { mapConcurrent }, url] = await Promise.all([
      import("@heddle/crawl"),
      import("heddle"),
      site(),
    ]);
    const fetcher = createFetcher({ concurrency: LIMIT, perHost: LIMIT, robots: false });
    return heddle(async (n) => {
      for await (const { html } of mapConcurrent(urls(url, n), (address) => fetcher.get(address), {
        limit: LIMIT,
        ordered: false,
      }))
        html.length;
    });
  },
});
