import { describe, expect, it } from "vitest";
import { select } from "../../src/content/select.js";
import { shallow } from "../../src/content/shallow.js";

describe("shallow()", () => {
  it("leaves a page alone that somebody wrote", () => {
    const list = `<ul>${"<li>one".repeat(5000)}</ul>${"<p>two".repeat(5000)}${"<div>three</div>".repeat(5000)}`;
    expect(shallow(list)).toBe(list);
    expect(shallow("<br>".repeat(5000))).toBe("<br>".repeat(5000));
    expect(shallow("")).toBe("");
  });

  it("takes no tag for deep that has ended, or that ends nothing", () => {
    const drawing = `<svg>${'<path d="M0 0"/>'.repeat(2000)}</svg><h1>end</h1>`;
    expect(shallow(drawing)).toBe(drawing);
    const mismatched = `${"<div>a</b></div>".repeat(2000)}<h1>end</h1>`;
    expect(shallow(mismatched)).toBe(mismatched);
    const left = `${"<div><b><i>a</div>".repeat(2000)}<h1>end</h1>`;
    expect(shallow(left)).toBe(left);
  });

  it.each([["<span></b>"], ["<li><p>"], ["<table><tr><td>"], ["<ul><li>"]])(
    "is not fooled by %s, again and again",
    async (unit) => {
      const html = unit.repeat(100_000);
      const before = process.cpuUsage();
      const found = await select(html, "*");
      expect(found.length).toBeLessThanOrEqual(1500);
      expect(typeof found[0]?.outerHtml).toBe("string");
      expect(process.cpuUsage(before).user).toBeLessThan(4_000_000);
    },
  );

  it("drops the tags that lie too deep, and keeps their text and what comes after them", () => {
    const deep = `${"<div>a".repeat(3000)}<b>word</b>${"</div>".repeat(3000)}<h1>end</h1>`;
    const made = shallow(deep);
    expect(made.match(/<div>/g)).toHaveLength(512);
    expect(made.match(/<\/div>/g)).toHaveLength(512);
    expect(made).toContain("aword</div>");
    expect(made).toContain("</div><h1>end</h1>");
  });

  it("keeps a page that was made to be a trap from being one", async () => {
    const html = `${"<div>".repeat(100_000)}<p class=x>word</p>`;
    const before = process.cpuUsage();
    expect((await select(html, "p.x")).map(({ text }) => text)).toEqual(["word"]);
    expect((await select(html, "div"))[0]?.text).toBe("word");
    expect(process.cpuUsage(before).user).toBeLessThan(4_000_000);
  });
});
