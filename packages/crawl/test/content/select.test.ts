import { describe, expect, it } from "vitest";
import { select } from "../../src/content/select.js";

const PAGE = `<!doctype html><html><body>
  <h1 class="a b" ID=top>Prices &amp; more</h1>
  <table><tr><td>Tea<td>2 €<tr><td>Coffee<td>3 €</table>
  <p hidden>Secret <b>word</b></p>
  <pre>  x
  y</pre>
  <script type="application/ld+json">{"name": "<b>Tea</b> &amp; more"}</script>
  <a href="/a?x=1&amp;y=2">One</a> <a>Two</a>
</body></html>`;

describe("select()", () => {
  it("finds elements in the order of the page", async () => {
    const cells = await select(PAGE, "td, h1");
    expect(cells.map(({ name, text }) => [name, text])).toEqual([
      ["h1", "Prices & more"],
      ["td", "Tea"],
      ["td", "2 €"],
      ["td", "Coffee"],
      ["td", "3 €"],
    ]);
  });

  it("gives attributes, and HTML inside and out", async () => {
    const [heading] = await select(PAGE, "#top.a.b");
    expect(heading?.attributes).toEqual({ class: "a b", id: "top" });
    expect(heading?.attribute("CLASS")).toBe("a b");
    expect(heading?.attribute("href")).toBeUndefined();
    expect(heading?.attribute("constructor")).toBeUndefined();
    expect(heading?.html).toBe("Prices &amp; more");
    expect(heading?.outerHtml).toBe('<h1 class="a b" id="top">Prices &amp; more</h1>');
    expect((await select(PAGE, "a[href]")).map((link) => link.attribute("href"))).toEqual(["/a?x=1&y=2"]);
  });

  it("selects inside of what was found", async () => {
    const rows = await select(PAGE, "tr");
    expect(rows.map((row) => row.select("td:last-child").map(({ text }) => text))).toEqual([["2 €"], ["3 €"]]);
    const [table] = await select(PAGE, "table");
    expect(table?.select(":scope > tr")).toHaveLength(2);
    expect(table?.select("h1")).toEqual([]);
  });

  it.each([
    ["p", "Secret word"],
    ["pre", "  x\n  y"],
    ["script", '{"name": "<b>Tea</b> &amp; more"}'],
    ["body > :is(h1, h2)", "Prices & more"],
    ["td:contains('Coff')", "Coffee"],
    ["tr:has(> td:contains('Tea')) td + td", "2 €"],
  ])("reads %s", async (css, text) => {
    expect((await select(PAGE, css)).map((element) => element.text)).toEqual([text]);
  });

  it("says what is wrong with what it is given", async () => {
    await expect(select(PAGE, "p[")).rejects.toThrow(
      /^Cannot select elements as the selector cannot be used \(.+\): received "p\[" \(a string\)$/,
    );
    await expect(select(PAGE, ":nonsense")).rejects.toThrow("the selector cannot be used");
    await expect(select(PAGE, " ")).rejects.toThrow("the selector must be a string that is not empty");
    await expect(select(3 as never, "p")).rejects.toThrow(
      "Cannot select elements as the HTML must be a string: received 3",
    );
    const [heading] = await select(PAGE, "h1");
    expect(() => heading?.select("[")).toThrow("the selector cannot be used");
    expect(() => heading?.attribute(1 as never)).toThrow("its name must be a string");
  });
});
