// What the pages of the page workload look like: home pages, articles and lists, made by rule, so that they are the same in
// every run. A third of the bytes is text, the rest markup, styles and scripts, as on the pages of the web; a third of the
// pages are not in ASCII, and a quarter name their charset in the document only.

const PAGES = 64;
const SMALLEST = 5_000;
const LARGEST = 60_000;

const WORDS = {
  en: "the loom lets many threads pass between one another and none of them is ever tangled with its neighbour while cloth grows slowly under the weaver".split(
    " ",
  ),
  de: "der Webstuhl lässt viele Fäden aneinander vorbei und keiner verknotet sich während das Tuch größer wird und für den Käufer schön aussieht".split(
    " ",
  ),
  ru: "ткацкий станок пропускает множество нитей мимо друг друга и ни одна из них не запутывается пока медленно растёт полотно".split(
    " ",
  ),
};

/** Numbers from 0 to 1, the same ones every time (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function makePage(id) {
  const random = randomFrom(id + 1);
  const language = id % 6 === 3 ? "de" : id % 6 === 5 ? "ru" : "en";
  const words = WORDS[language];
  const some = (count) =>
    Array.from({ length: count }, () => words[Math.floor(random() * words.length)])
      .join(" ")
      .replace(/^./, (first) => first.toUpperCase());
  const name = `part-${Math.floor(random() * 1e6).toString(36)}`;
  const block = () => `
      <article class="card card--wide js-track" data-id="${Math.floor(random() * 1e9)}" data-kind="story">
        <a class="card__link" href="/${language}/${name}/${Math.floor(random() * 1e6)}?from=list&amp;at=${id}"><img
          class="card__image" loading="lazy" src="https://static.example/i/${Math.floor(random() * 1e9)}.webp" alt="${some(3)}" width="320" height="180"></a>
        <h2 class="card__title">${some(6)}</h2>
        <p class="card__text">${some(35)}, ${some(12)} &mdash; ${some(20)}.</p>
        <ul class="card__tags"><li><a href="/tags/${some(1)}">${some(1)}</a></li><li><a href="/tags/${some(1)}">${some(1)}</a></li></ul>
      </article>`;
  const style = `.${name}{display:flex;margin:0 auto;padding:${id}px 1rem;color:#24292f}.card__title{font:600 1.2rem/1.4 system-ui}`;
  const target = SMALLEST * (LARGEST / SMALLEST) ** (id / (PAGES - 1));
  let html = `<!doctype html>
<html lang="${language}">
<head>
  <meta charset="utf-8">
  <title>${some(5)} | ${some(2)}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="description" content="${some(20)}">
  <meta property="og:title" content="${some(5)}">
  <link rel="canonical" href="https://www.example.org/${language}/${name}">
  <link rel="preload" as="font" href="/fonts/text.woff2" crossorigin>
  <link rel="stylesheet" href="/css/${name}.css">
  <style>${style.repeat(4)}</style>
  <script>window.dataLayer=window.dataLayer||[];function track(){dataLayer.push(arguments)}track("page",${id});</script>
  <script async src="https://static.example/js/tags.js?id=${id}"></script>
</head>
<body class="page page--${name}">
  <header class="top"><nav><ul>${Array.from({ length: 12 }, () => `<li><a href="/${some(1)}">${some(2)}</a></li>`).join("")}</ul></nav></header>
  <main id="content">
    <h1>${some(7)}</h1>
    <p class="lead">${some(30)}.</p>`;
  while (html.length < target - 900) html += block();
  html += `
  </main>
  <footer><p>&copy; ${some(4)}</p></footer>
  <script type="application/ld+json">{"@context":"https://schema.org","@type":"WebPage","name":"${some(4)}"}</script>
  <script defer src="/js/${name}.js"></script>
</body>
</html>
`;
  return { html: Buffer.from(html), type: id % 4 === 1 ? "text/html" : "text/html; charset=UTF-8" };
}

function answer({ html, type }, id) {
  const head = [
    "HTTP/1.1 200 OK",
    "Server: nginx",
    "Date: Wed, 25 Nov 2026 08:00:00 GMT",
    `Content-Type: ${type}`,
    `Content-Length: ${html.length}`,
    "Connection: keep-alive",
    "Vary: Accept-Encoding",
    "Cache-Control: max-age=60, public",
    `ETag: "${id}-${html.length}"`,
    "Last-Modified: Tue, 24 Nov 2026 10:00:00 GMT",
    "Strict-Transport-Security: max-age=31536000",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: SAMEORIGIN",
    `Set-Cookie: visit=${id}; Path=/; HttpOnly`,
  ].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), html]);
}

const ROBOTS = Buffer.from("User-agent: *\nDisallow: /private/\nDisallow: /search\nAllow: /\n");

let pages;

/** The whole answer to a request for a path: for `/…/7` the eighth page. */
export function answerTo(path) {
  pages ??= Array.from({ length: PAGES }, (_, id) => answer(makePage(id), id));
  if (path === "/robots.txt") return answer({ html: ROBOTS, type: "text/plain" }, 0);
  return pages[Number(path.slice(path.lastIndexOf("/") + 1)) % PAGES];
}
