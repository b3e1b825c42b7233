import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { charsetOf, decodeText } from "../../src/index.js";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("charsetOf()", () => {
  describe("by byte order mark", () => {
    it.each([
      ["utf-8", bytes(0xef, 0xbb, 0xbf, 0x61)],
      ["utf-16le", bytes(0xff, 0xfe, 0x61, 0)],
      ["utf-16be", bytes(0xfe, 0xff, 0, 0x61)],
    ])("knows %s, over whatever the header says", (charset, page) => {
      expect(charsetOf(page, "text/html; charset=koi8-r")).toEqual({ charset, from: "bom" });
      expect(decodeText(page, charset)).toBe("a");
    });
  });

  describe("by header", () => {
    it.each([
      ["text/html; charset=utf-8", "utf-8"],
      ["text/html;charset=UTF8", "utf-8"],
      ['text/html; charset="iso-8859-2"', "iso-8859-2"],
      ["text/html; charset='shift_jis'", "shift_jis"],
      ["text/html; Charset = koi8-r ; x=y", "koi8-r"],
      ["text/html; boundary=charset; charset=big5", "big5"],
      ["text/plain; charset=latin1", "windows-1252"],
      ["text/html; charset=us-ascii", "windows-1252"],
      ["text/html; charset=gb2312", "gbk"],
      ["text/html; charset=iso-8859-16", "iso-8859-16"],
      ["text/html; charset=x-user-defined", "x-user-defined"],
      ['text/html; profile="a;charset=big5"; charset=koi8-r', "koi8-r"],
      ['text/html; charset="k\\oi8-r"', "koi8-r"],
      ["text/html; charset=koi8-r, text/html", "koi8-r"],
      ["text/plain; charset=big5, text/html; charset=koi8-r", "koi8-r"],
      ['text/html; charset=koi8-r, text/html; x="a, text/html; charset=big5"', "koi8-r"],
    ])("understands %j", (header, charset) => {
      expect(charsetOf(utf8("<p>"), header)).toEqual({ charset, from: "header" });
    });

    it("outranks what the document says", () => {
      expect(charsetOf(utf8("<meta charset=koi8-r>"), "text/html; charset=utf-8").charset).toBe("utf-8");
    });

    it.each(["foo", "utf-7", "iso-2022-kr", ""])("passes over %j, names it, and asks the document", (label) => {
      expect(charsetOf(utf8("<meta charset=koi8-r>"), `text/html; charset=${label}`)).toEqual({
        charset: "koi8-r",
        from: "document",
        unknown: label,
      });
    });
  });

  describe("by document", () => {
    it("asks HTML, XML and what has no type, and nothing else", () => {
      const page = latin1('<meta charset="koi8-r">\xe9');
      for (const type of [undefined, "text/html", "text/xml", "application/xhtml+xml", "image/svg+xml"]) {
        expect(charsetOf(page, type).charset).toBe("koi8-r");
      }
      expect(charsetOf(page, "text/plain").charset).toBe("windows-1252");
      expect(charsetOf(page, "application/json").charset).toBe("windows-1252");
    });

    it.each([
      ["<meta charset=koi8-r>"],
      ['<META content="text/html; charset=KOI8-R" http-equiv="Content-Type"/>'],
      ["<meta charset=nonsense><meta charset=koi8-r>"],
    ])("looks as far as browsers do, which is to the end of the head: %s", (meta) => {
      for (const before of ["<script>var a = '<body>';</script>", `<!-- ${"x".repeat(2000)} -->`, "<title>a</title>"]) {
        for (const size of [1000, 1020, 5000, 100_000]) {
          const page = latin1(
            `<!doctype html><html><head><style>${" ".repeat(size)}</style>${before}${meta}</head><p>\xcd`,
          );
          expect(charsetOf(page, "text/html")).toMatchObject({ charset: "koi8-r", from: "document" });
        }
      }
    });

    it("looks no further than the head", () => {
      const head = `<!doctype html><head><style>${" ".repeat(1024)}</style></head>`;
      for (const rest of [
        "<body><meta charset=koi8-r>",
        "<p>\xcd<meta charset=koi8-r>",
        "<script><meta charset=koi8-r>",
      ]) {
        expect(charsetOf(latin1(head + rest), "text/html").from).not.toBe("document");
      }
    });

    it("knows an XML document in UTF-16 whose mark is missing", () => {
      const xml = Buffer.from('<?xml version="1.0"?><a/>', "utf16le");
      expect(charsetOf(xml, "text/xml")).toEqual({ charset: "utf-16le", from: "document" });
      expect(charsetOf(Buffer.from(xml).swap16(), "text/xml").charset).toBe("utf-16be");
    });
  });

  describe("by nothing but the bytes", () => {
    it("takes what is valid UTF-8 for that", () => {
      expect(charsetOf(utf8("<p>naïve café €"), "text/html")).toEqual({ charset: "utf-8", from: "bytes" });
      expect(charsetOf(new Uint8Array(0), undefined)).toEqual({ charset: "utf-8", from: "bytes" });
    });

    it("takes everything else for windows-1252", () => {
      expect(charsetOf(latin1("<p>caf\xe9"), "text/html")).toEqual({ charset: "windows-1252", from: "default" });
      expect(charsetOf(latin1("caf\xe9"), "text/html; charset=nonsense")).toEqual({
        charset: "windows-1252",
        from: "default",
        unknown: "nonsense",
      });
    });
  });

  it("never throws, and names what can be decoded, whatever the bytes and the header", () => {
    const page = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc
        .array(
          fc.oneof(
            fc.constantFrom("<meta ", "charset=", "http-equiv=", "content-type", 'content="', "<!--", "-->", "<?xml"),
            fc.constantFrom(' encoding="utf-8"', "<", ">", '"', "'", "/", "=", " ", "\0", "utf-16", "x-user-defined"),
            fc.string({ maxLength: 5 }),
          ),
          { maxLength: 60 },
        )
        .map((parts) => utf8(parts.join(""))),
    );
    const header = fc.option(
      fc.oneof(
        fc.string(),
        fc.string().map((label) => `text/html; charset=${label}`),
      ),
      { nil: undefined },
    );
    fc.assert(
      fc.property(page, header, (body, contentType) => {
        const { charset } = charsetOf(body, contentType);
        expect(typeof decodeText(body, charset)).toBe("string");
      }),
    );
  });
});

describe("decodeText()", () => {
  it("decodes all of windows-1252, which Node's own decoder does not", () => {
    const high = Uint8Array.from({ length: 128 }, (_, index) => 0x80 + index);
    const text = decodeText(high, "windows-1252");
    expect(text.slice(0, 32)).toBe("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f" + "\u0090‘’“”•–—˜™š›œ\u009džŸ");
    expect(text.slice(32)).toBe(Buffer.from(high.subarray(32)).toString("latin1"));
  });

  it("decodes a part of a larger buffer", () => {
    const whole = latin1("abc\x80def");
    expect(decodeText(whole.subarray(3, 4), "windows-1252")).toBe("€");
  });

  it("puts a replacement where bytes are not valid", () => {
    expect(decodeText(bytes(0x61, 0xff, 0x62), "utf-8")).toBe("a\ufffdb");
  });

  it("drops a byte order mark", () => {
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x61), "utf-8")).toBe("a");
  });

  it.each([
    ["shift_jis", bytes(0x93, 0xfa, 0x96, 0x7b), "日本"],
    ["euc-kr", bytes(0xc7, 0xd1), "한"],
    ["gb18030", bytes(0xd6, 0xd0), "中"],
    ["koi8-r", bytes(0xf0, 0xd2), "Пр"],
    ["windows-1251", bytes(0xcf, 0xf0), "Пр"],
    ["iso-8859-2", bytes(0xb3), "ł"],
    ["euc-kr", bytes(0x8c, 0x63, 0xb9, 0xe6, 0xb0, 0xa2, 0xc7, 0xcf), "똠방각하"],
    ["big5", bytes(0xa7, 0xda, 0xf9, 0xd6, 0x9d, 0xf8, 0x88, 0x62), "我碁啲Ê̄"],
    ["gbk", bytes(0x80, 0xa2, 0xe3), "€€"],
    ["koi8-u", bytes(0xae, 0xa4), "ўє"],
    ["iso-8859-16", bytes(0xaa, 0xde, 0xbd), "ȘȚœ"],
    ["x-user-defined", bytes(0x61, 0xff), "a\uf7ff"],
  ])("decodes %s", (charset, page, text) => {
    expect(decodeText(page, charset)).toBe(text);
  });
});
