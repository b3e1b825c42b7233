import { describe, expect, it } from "vitest";
import { cut, displayWidth } from "../../src/view/displayWidth.js";

describe("displayWidth", () => {
  it("counts the columns of a terminal, not the characters", () => {
    expect(displayWidth("plain")).toBe(5);
    expect(displayWidth("żółw")).toBe(4);
    expect(displayWidth("日本語")).toBe(6);
    expect(displayWidth("한국")).toBe(4);
    expect(displayWidth("👩‍👩‍👧‍👦🎉")).toBe(4);
    expect(displayWidth("❤️!")).toBe(3);
  });
});

describe("cut", () => {
  it("leaves alone what fits, and never goes beyond the width", () => {
    expect(cut("日本語", 6)).toBe("日本語");
    expect(cut("日本語", 5)).toBe("日本…");
    expect(cut("日本語", 4)).toBe("日…");
    expect(cut("plain words", 6)).toBe("plain…");
    expect(cut("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3)).toBe("👩‍👩‍👧‍👦…");
  });
});
