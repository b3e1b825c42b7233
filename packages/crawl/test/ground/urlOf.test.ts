import { describe, expect, it } from "vitest";
import { urlOf } from "../../src/ground/urlOf.js";

describe("urlOf()", () => {
  it("gives a URL, or undefined for what is none", () => {
    expect(urlOf("https://a.example")?.href).toBe("https://a.example/");
    expect(urlOf("b", "https://a.example/c")?.href).toBe("https://a.example/b");
    expect(urlOf("b", new URL("https://a.example/c"))?.href).toBe("https://a.example/b");
    expect(urlOf("b")).toBeUndefined();
    expect(urlOf("http://[", "https://a.example")).toBeUndefined();
  });

  it("gives the same however often it was asked, also for letters beyond ASCII", () => {
    // URL.canParse() of Node 20 says no after some thousand times.
    for (let time = 0; time < 20_000; time++) {
      if (urlOf("https:/xü", "http://localhost:8080")?.hostname !== "xn--x-eha")
        expect.unreachable(`after ${time} times`);
    }
  });
});
