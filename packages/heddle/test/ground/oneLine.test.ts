import { describe, expect, it } from "vitest";
import { oneLine } from "../../src/ground/oneLine.js";

describe("oneLine", () => {
  it("leaves alone what can be seen, in any script", () => {
    for (const text of ["", "fetch user 17", "日本語", "Łódź ß é", "👩‍👩‍👧‍👦 🎉", 'a "b" \\c'])
      expect(oneLine(text)).toBe(text);
  });

  it("writes as escapes what a terminal would obey", () => {
    expect(oneLine("\u001b[2J\u001b[Hgone")).toBe("\\x1b[2J\\x1b[Hgone");
    expect(oneLine("one\ntwo\r\tthree\0")).toBe("one\\ntwo\\r\\tthree\\x00");
    expect(oneLine("\u009b31mred\u007f")).toBe("\\x9b31mred\\x7f");
    expect(oneLine("\u202egpj.exe\u200b\u2028")).toBe("\\u202egpj.exe\\u200b\\u2028");
    expect(oneLine("half \ud83d of a pair")).toBe("half \\ud83d of a pair");
  });
});
