// Pages of 5 to 60 kB from 64 hosts over loopback, 256 at a time, from URL to text. The CPU of the client is the figure: what
// politeness, verdict, ledger, limits, time limits and retries cost a page, beside an HTTP client that does nothing else.
import { heddle, workload } from "./measure.mjs";
import { crawler } from "./peers.mjs";
import { pageUrls } from "./site.mjs";

const CONCURRENCY = 256;
const HOSTS = 64;
/** As many as our fetcher opens to a host where it is told nothing else. */
const PER_HOST = 6;

/** Compilers take their time with so much code, and are none of a page's cost. */
const WARM = { warmUp: 0.4 };

const urls = async () => pageUrls({ hosts: HOSTS });

await workload(
  import.meta.url,
  {
    "undici.request": async () => {
      const [{ Agent, request }, urlsOf] = await Promise.all([import("undici"), urls()]);
      const dispatcher = new Agent({ connections: PER_HOST });
      return {
        run: async (n) => {
          const source = urlsOf(n);
          let length = 0;
          const worker = async () => {
            for (const url of source) {
              const { body } = await request(url, { dispatcher });
              length += (await body.text()).length;
            }
          };
          await Promise.all(Array.from({ length: CONCURRENCY }, worker));
          if (length < n * 5000) throw new Error("Some pages are missing");
        },
      };
    },
    heddle: async () => {
      const [{ createFetcher }, urlsOf] = await Promise.all([import("@heddle/crawl"), urls()]);
      const fetcher = createFetcher({ concurrency: CONCURRENCY });
      return heddle(async (n) => {
        let length = 0;
        for await (const { html, verdict } of fetcher.fetchAll(urlsOf(n))) {
          length += html.length;
          if (verdict !== "ok") throw new Error(`A page is ${verdict}`);
        }
        if (length < n * 5000) throw new Error("Some pages are missing");
      });
    },
    "heddle get()": async () => {
      const [{ createFetcher }, { mapConcurrent }, urlsOf] = await Promise.all([
        import("@heddle/crawl"),
        import("heddle"),
        urls(),
      ]);
      const fetcher = createFetcher({ concurrency: CONCURRENCY });
      return heddle(async (n) => {
        const get = async (url) => (await fetcher.get(url)).html.length;
        await mapConcurrent(urlsOf(n), get, { limit: CONCURRENCY }).toArray();
      });
    },
    "crawlee HttpCrawler": () => crawlee("@crawlee/http", "HttpCrawler"),
    "crawlee CheerioCrawler": () => crawlee("@crawlee/cheerio", "CheerioCrawler"),
  },
  WARM,
);

/** Crawlee in its fastest form: nothing is written to disk, and it need not find out how many at a time are good. */
async function crawlee(packageName, className) {
  const [library, { MemoryStorage }, urlsOf] = await Promise.all([
    crawler(packageName),
    crawler("@crawlee/memory-storage"),
    urls(),
  ]);
  library.log.setLevel(library.log.LEVELS.OFF);
  return {
    run: async (n) => {
      const configuration = new library.Configuration({ persistStorage: false });
      configuration.useStorageClient(new MemoryStorage({ persistStorage: false }));
      let length = 0;
      const crawling = new library[className](
        {
          minConcurrency: CONCURRENCY,
          maxConcurrency: CONCURRENCY,
          requestHandler: async ({ body }) => {
            length += body.length;
          },
        },
        configuration,
      );
      const { requestsFinished } = await crawling.run([...urlsOf(n)]);
      if (requestsFinished < n || length < n * 5000) throw new Error("Some pages are missing");
    },
  };
}
