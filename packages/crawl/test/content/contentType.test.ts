import { describe, expect, it } from "vitest";
import { charsetLabel, isText, mediaType } from "../../src/content/contentType.js";

describe("mediaType()", () => {
  it("is what stands before the parameters, in lower case", () => {
    expect(mediaType(" Text/HTML ; charset=utf-8")).toBe("text/html");
    expect(mediaType("")).toBe("");
  });

  it("is the last of several that something has joined", () => {
    expect(mediaType("text/html, text/html; charset=utf-8")).toBe("text/html");
    expect(mediaType("text/plain, text/html, */*")).toBe("text/html");
    expect(mediaType("text/html, nonsense")).toBe("text/html");
    expect(mediaType('text/html; a=", image/png"')).toBe("text/html");
  });

  it("takes no time for a header of commas", () => {
    expect(mediaType(`text/html${',"'.repeat(8000)}`)).toBe("text/html");
  });
});

describe("charsetLabel()", () => {
  it("finds the charset whatever its case and quotes", () => {
    expect(charsetLabel('text/html; a=1; CHARSET="utf-8"')).toBe("utf-8");
    expect(charsetLabel("text/html; charset='utf-8'")).toBe("utf-8");
  });

  it("takes an open quote for what it was meant to be", () => {
    expect(charsetLabel('text/html; charset="utf-8')).toBe("utf-8");
  });

  it("finds nothing where there is nothing", () => {
    expect(charsetLabel("text/html")).toBeUndefined();
    expect(charsetLabel("text/html; charset")).toBeUndefined();
    expect(charsetLabel("charset=utf-8")).toBeUndefined();
  });
});

describe("isText()", () => {
  const nothing = new Uint8Array(0);

  it.each([
    "text/html",
    "text/css",
    "application/json",
    "application/xhtml+xml",
    "image/svg+xml",
    "application/x+json",
  ])("takes %s for text", (type) => expect(isText(type, nothing)).toBe(true));

  it.each(["image/png", "application/pdf", "application/octet-stream", "font/woff2"])("takes %s for no text", (type) =>
    expect(isText(type, Buffer.from("words"))).toBe(false),
  );

  it("looks at the bytes where no type is given", () => {
    expect(isText(undefined, Buffer.from("<p>words\tand\nlines"))).toBe(true);
    expect(isText(undefined, Buffer.from("PK\u0003\u0004"))).toBe(false);
    expect(isText("application/unknown", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]))).toBe(false);
  });

  it("looks at the bytes where the type is none", () => {
    expect(isText("html", Buffer.from("words"))).toBe(true);
    expect(isText("html; charset=utf-8", Buffer.from("PK\u0003\u0004"))).toBe(false);
  });

  it("takes UTF-16 with its mark for text, in spite of the zeros", () => {
    expect(isText(undefined, Buffer.from("\ufeffwords", "utf16le"))).toBe(true);
  });
});
