import { cancelScope } from "heddle";
import { afterAll, describe, expect, it } from "vitest";
import { contentEntry } from "../../src/content/contentEntry.js";
import { ContentThreads } from "../../src/content/contentThreads.js";
import type { MarkdownOptions } from "../../src/content/markdownOf.js";
import { markdownOf } from "../../src/content/markdownOf.js";

const threads = new ContentThreads({ size: 1 });
afterAll(() => threads.close());

const markdown = (html: string, options: MarkdownOptions = {}): Promise<string> =>
  markdownOf(html, { threads, ...options });

describe("markdownOf()", () => {
  it.each([
    [
      "<h1>One</h1><p>Two <b>three</b> <em>four</em> <del>five</del></p><hr>",
      "# One\n\nTwo **three** *four* ~~five~~\n\n---",
    ],
    ["<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "-   a\n-   b\n    1.  c"],
    ["<pre><code class='language-js'>let a = 1;\n</code></pre>", "```js\nlet a = 1;\n```"],
    ["<pre>plain\n  text ```</pre>", "````\nplain\n  text ```\n````"],
    ["a <a href='/x' title='T &quot;q&quot;'> b </a>c", 'a [b](/x "T \\"q\\"") c'],
    ["<a href='javascript:void(0)'>b</a>", "b"],
    ["<a href='/a (1)'>b</a>", "[b](</a (1)>)"],
    ["<img src=x.png alt='A [b]'><img src='data:image/png;base64,xx'>", "![A \\[b\\]](x.png)"],
    ["<blockquote>q</blockquote>", "> q"],
    ["<p>1. not a list * star</p>", "1\\. not a list \\* star"],
    ["<h2>a<br>b <em>c<br/>d</em></h2>e<br>f", "## a b *c d*\n\ne  \nf"],
    ["<p>&lt;script&gt;x&lt;/script&gt; 1 &lt; 2 <code>&lt;b&gt;</code>", "\\<script>x\\</script> 1 < 2 `<b>`"],
    ["<dialog>a</dialog><dialog open>b</dialog>", "b"],
    ["", ""],
  ])("makes %j into %j", async (html, expected) => {
    expect(await markdown(html)).toBe(expected);
  });

  it("leaves out what a reader does not see", async () => {
    const html = `<html><head><title>t</title><style>a{}</style></head><body><script>x</script>a<noscript>b</noscript>
      <template>c</template><p hidden>d</p><div style="display:none">e</div><iframe>f</iframe><svg><text>g</text></svg>
      <button>h</button></body></html>`;
    expect(await markdown(html)).toBe("a");
  });

  it("makes tables", async () => {
    const html = `<table><thead><tr><th>Tea</th><th>Price</th></tr></thead>
      <tbody><tr><td>Green | white</td><td><p>2 €</p><p>or so</p></td></tr><tr><td></td><td>3</td></tr></tbody></table>`;
    expect(await markdown(html)).toBe("| Tea | Price |\n| --- | --- |\n| Green \\| white | 2 € or so |\n|  | 3 |");
  });

  it("gives all rows of a table as many cells, and its caption a line", async () => {
    const html = "<table><caption>Looms</caption><tr><th colspan=2>Kind</th></tr><tr><td>a</td><td>b</td></tr></table>";
    expect(await markdown(html)).toBe("Looms\n\n| Kind |  |\n| --- | --- |\n| a | b |");
  });

  it("takes a table that is there for the layout for what is in it", async () => {
    const html = "<table><tr><td><h2>Left</h2></td><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>";
    expect(await markdown(html)).toBe("## Left\n\n| a | b |\n| --- | --- |");
  });

  it("makes addresses whole", async () => {
    expect(await markdown("<a href=../x>a</a> <img src=/y.png>", { baseUrl: "https://example.com/a/b/" })).toBe(
      "[a](https://example.com/a/x) ![](https://example.com/y.png)",
    );
  });

  it("makes addresses whole as the page's own <base> has it", async () => {
    const html = "<head><base target=_top><base href=/other/></head><body><a href=x>a</a>";
    expect(await markdown(html, { baseUrl: "https://example.com/a/b/" })).toBe("[a](https://example.com/other/x)");
    expect(await markdown(html)).toBe("[a](x)");
  });

  it("leaves links and images out if they are not wanted", async () => {
    expect(await markdown("<p>a <a href=x>b</a> c <img src=y></p>", { links: false, images: false })).toBe("a b c");
  });

  it("does it in the threads of the process where none are named", async () => {
    expect(await markdownOf("<b>x</b>")).toBe("**x**");
  });

  it("is cancelled with its scope", async () => {
    const huge = "<p>x <b>y</b></p>".repeat(200_000);
    await cancelScope(() => markdown(huge), { timeout: 50 });
    expect(threads.stats()).toEqual({ threads: 0, busy: 0, waiting: 0 });
    expect(await markdown("<i>still there</i>")).toBe("*still there*");
  });

  it("says what is wrong with what it is given", async () => {
    await expect(markdown(1 as never)).rejects.toThrow("Cannot make Markdown as the HTML must be a string: received 1");
    await expect(markdown("", { baseUrl: "x" })).rejects.toThrow("the URL of the page must be a whole one");
    await expect(markdown("", { links: 1 as never })).rejects.toThrow("links must be true or false: received 1");
    await expect(markdown("", { threads: {} as never })).rejects.toThrow("threads must be ContentThreads");
    await expect(markdown("", { image: true } as object)).rejects.toThrow("the options are");
  });
});

describe("contentEntry()", () => {
  it("is beside what was built, also for a program that runs from the sources", () => {
    const built = "file:///a/dist/content/worker/contentWorker.js";
    expect(contentEntry("file:///a/dist/content/x.js").href).toBe(built);
    expect(contentEntry("file:///a/src/content/x.ts").href).toBe(built);
    expect(contentEntry("file:///src/content/a/src/content/x.ts").href).toBe(
      "file:///src/content/a/dist/content/worker/contentWorker.js",
    );
  });
});
