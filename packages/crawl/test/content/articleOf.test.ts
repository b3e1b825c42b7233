import { afterAll, describe, expect, it } from "vitest";
import { articleOf } from "../../src/content/articleOf.js";
import { ContentThreads } from "../../src/content/contentThreads.js";

const threads = new ContentThreads({ size: 1 });
afterAll(() => threads.close());

const paragraph =
  "A loom holds the warp threads under tension, so that the weft can be passed between them, again and again. ";

const article = `<article><h1>How a heddle works</h1><p class="byline">By <a rel=author href=/w>W. Eaver</a></p>
  ${`<p>${paragraph.repeat(4)}</p>`.repeat(5)}
  <p>More is in <a href="../books">the books</a>.</p><img src="loom.jpg" alt="A loom"></article>`;

const page = `<!doctype html><html lang="en"><head><title>How a heddle works | Weaving</title>
  <meta name="description" content="Threads, lifted."><meta property="og:site_name" content="Weaving">
  <meta property="article:published_time" content="2024-05-01T10:00:00Z"></head>
  <body><nav><ul>${"<li><a href=/x>Menu entry</a></li>".repeat(10)}</ul></nav>${article}
  <aside class="sidebar"><a href=/ad>Buy yarn now</a></aside><footer>Imprint</footer></body></html>`;

const URL_OF_PAGE = "https://example.com/weaving/heddle";

describe("articleOf()", () => {
  it("finds the article of a page, and nothing of what is around it", async () => {
    const found = await articleOf(page, URL_OF_PAGE, { threads });
    expect(found).toMatchObject({
      title: expect.stringContaining("How a heddle works") as string,
      siteName: "Weaving",
      publishedTime: "2024-05-01T10:00:00Z",
      language: "en",
      excerpt: "Threads, lifted.",
    });
    expect(found?.byline).toContain("W. Eaver");
    expect(found?.text).toContain("A loom holds the warp threads");
    expect(found?.text).not.toMatch(/Menu entry|Buy yarn|Imprint/);
    expect(found?.html).toContain('href="https://example.com/books"');
    expect(found?.html).toContain('src="https://example.com/weaving/loom.jpg"');
  });

  it("finds it in a page that never says where its body begins", async () => {
    for (const html of [article, `<html><head><title>T</title></head>${article}`]) {
      expect((await articleOf(html, new URL(URL_OF_PAGE), { threads }))?.text).toContain("A loom holds");
    }
  });

  it("finds none where there is none", async () => {
    expect(await articleOf("", URL_OF_PAGE, { threads })).toBeNull();
    expect(await articleOf("<html><body></body></html>", URL_OF_PAGE)).toBeNull();
  });

  it("does not begin with a page whose tree would take all memory of a thread, and the process with it", async () => {
    for (const html of ["<".repeat(600_000), "&amp;".repeat(600_000), "<p>x".repeat(600_000)]) {
      await expect(articleOf(html, URL_OF_PAGE, { threads })).rejects.toMatchObject({
        code: "THREAD_OUT_OF_MEMORY",
        message: "Cannot find the article as the page has more than 500000 tags and entities",
      });
    }
  });

  it("says what is wrong with what it is given", async () => {
    await expect(articleOf(null as never, URL_OF_PAGE)).rejects.toThrow(
      "Cannot find the article as the HTML must be a string: received null",
    );
    await expect(articleOf("", "x")).rejects.toThrow(
      "Cannot find the article as the URL of the page must be a whole one",
    );
    await expect(articleOf("", URL_OF_PAGE, { thread: threads } as object)).rejects.toThrow("the options are threads");
  });
});
