// The links of a page of 100 kB, 300 of them: our scanner beside htmlparser2's. With what else looks at every page.
//
//     for peer in htmlparser2 "htmlparser2 + URL" linksOf textOf judgePage; do node bench/js/links.mjs "$peer" 2000; done
import { workload } from "./measure.mjs";

const PAGE = "https://example.com/news/";

const HEAD = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The news of the day</title>
<link rel="stylesheet" href="/css/main.css"><link rel="canonical" href="https://example.com/news">
<script>${"var isSmall = left < right ? '<a href=x>' : right;\n".repeat(200)}</script>
<style>${".card > .title { color: crimson }\n".repeat(250)}</style></head><body>`;

const card = (at) => `<article class="card card--wide" id="story-${at}" data-track='{"at":${at}}'>
  <h2 class="title"><a class="link" href="/news/2024/11/story-${at}?from=home&amp;at=${at}">Story ${at} &amp; more</a></h2>
  <p>What has happened, in a few <em>words</em>, and where to read on: <a href="https://other.example/${at}"
  rel="nofollow noopener" target="_blank">elsewhere</a>, with as much text as a teaser has on such a page.</p>
  <img src="/img/${at}.jpg" alt="A picture" width="300" height="200"><!-- story ${at} -->
  <ul><li><span class="tag">one</span></li><li><span class="tag">two</span></li></ul></article>`;

const html = `${HEAD}${Array.from({ length: 150 }, (_, at) => card(at)).join("\n")}</body></html>`;

/** Reads the page again and again; what `read` returns is counted, so that nothing is optimised away. */
const reading = (read) => async (n) => {
  let count = 0;
  for (let left = n; left > 0; left--) count += read(html);
  return { found: count / n, bytes: html.length };
};

const parsed = ({ Parser }, see) => {
  const parser = new Parser({
    onopentag(name, { href, src, action }) {
      const address =
        name === "a" || name === "area" || name === "link"
          ? href
          : name === "iframe"
            ? src
            : name === "form"
              ? action
              : undefined;
      if (address !== undefined) see(address);
    },
  });
  parser.write(html);
  parser.end();
};

await workload(import.meta.url, {
  htmlparser2: async () => {
    const tools = await import("htmlparser2");
    return {
      run: reading(() => {
        const found = [];
        parsed(tools, (address) => found.push(address));
        return found.length;
      }),
    };
  },
  "htmlparser2 + URL": async () => {
    const tools = await import("htmlparser2");
    return {
      run: reading(() => {
        const found = [];
        parsed(tools, (address) => found.push(new URL(address, PAGE).href));
        return found.length;
      }),
    };
  },
  linksOf: async () => {
    const { linksOf } = await import("@heddle/crawl");
    return { run: reading((text) => linksOf(text, PAGE).length) };
  },
  textOf: async () => {
    const { textOf } = await import("@heddle/crawl");
    return { run: reading((text) => textOf(text).length) };
  },
  judgePage: async () => {
    const { judgePage } = await import("@heddle/crawl");
    const headers = { "content-type": "text/html" };
    return { run: reading((text) => judgePage({ url: PAGE, status: 200, headers, html: text }).evidence.length) };
  },
});
