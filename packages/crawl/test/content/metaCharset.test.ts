import { describe, expect, it } from "vitest";
import { metaCharset } from "../../src/content/metaCharset.js";

describe("metaCharset()", () => {
  it.each([
    ["<meta charset=koi8-r>", "koi8-r"],
    ['<META CHARSET="KOI8-R">', "koi8-r"],
    ["<meta charset='koi8-r' />", "koi8-r"],
    ["<meta/charset=koi8-r>", "koi8-r"],
    ["<meta\n\tcharset \r = \f koi8-r >", "koi8-r"],
    ['<meta name="a" charset=koi8-r>', "koi8-r"],
    ['<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"],
    ['<meta content="text/html; charset=koi8-r" http-equiv=content-type>', "koi8-r"],
    ['<meta http-equiv="content-type" content="charset = \'koi8-r\'">', "koi8-r"],
    ["<meta http-equiv=content-type content=text/html;charset=koi8-r;x>", "koi8-r"],
    ["<meta http-equiv=content-type content='charset; charset=koi8-r'>", "koi8-r"],
    ["<!doctype html><html lang=en><head><title>a</title><meta charset=koi8-r>", "koi8-r"],
    ["<!-- <meta charset=utf-8> --><meta charset=koi8-r>", "koi8-r"],
    ["<!--><meta charset=koi8-r>", "koi8-r"],
    ["<!---><meta charset=koi8-r>", "koi8-r"],
    ["<a title='<meta charset=utf-8>'><meta charset=koi8-r>", "koi8-r"],
    ["</a title='<meta charset=utf-8>'><meta charset=koi8-r>", "koi8-r"],
    ["<? x ><meta charset=koi8-r>", "koi8-r"],
    ["< p><meta charset=koi8-r>", "koi8-r"],
    ["<metadata charset=utf-8><meta charset=koi8-r>", "koi8-r"],
    ["<meta charset=koi8-r charset=utf-8>", "koi8-r"],
    ['<meta charset=koi8-r http-equiv=x content="charset=utf-8">', "koi8-r"],
    ["<meta charset=nonsense><meta charset=koi8-r>", "koi8-r"],
    ['<?xml version="1.0" encoding="koi8-r"?><a/>', "koi8-r"],
    ["<?xml version='1.0' encoding = 'koi8-r' ?><a/>", "koi8-r"],
    ['<?xml version="1.0" encoding="utf-8"?><html><meta charset=koi8-r>', "koi8-r"],
  ])("finds it in %s", (head, encoding) => {
    expect(metaCharset(head)).toEqual({ encoding });
  });

  it.each([
    "",
    "<p>nothing",
    "<!-- <meta charset=utf-8>",
    "<meta charset",
    "<meta charset=",
    "<meta charset='koi8-r",
    '<meta http-equiv="content-type" content="text/html">',
    '<meta content="text/html; charset=koi8-r">',
    '<meta http-equiv="refresh" content="text/html; charset=koi8-r">',
    "<meta name=charset content=koi8-r>",
    "<p charset=koi8-r>",
    '<a href="<meta charset=koi8-r>',
    ' <?xml version="1.0" encoding="koi8-r"?>',
    '<?xml version="1.0"?> encoding="koi8-r"',
  ])("finds none in %j", (head) => {
    expect(metaCharset(head)).toEqual({});
  });

  it("takes UTF-16 for UTF-8, as a document that could be read so far is not in UTF-16", () => {
    for (const label of ["utf-16", "utf-16le", "utf-16be", "unicode"]) {
      expect(metaCharset(`<meta charset=${label}>`)).toEqual({ encoding: "utf-8" });
    }
    expect(metaCharset('<?xml version="1.0" encoding="UTF-16"?>')).toEqual({ encoding: "utf-8" });
  });

  it("takes x-user-defined for windows-1252", () => {
    expect(metaCharset("<meta charset=x-user-defined>")).toEqual({ encoding: "windows-1252" });
  });

  it("says which label it could do nothing with", () => {
    expect(metaCharset("<meta charset=klingon>")).toEqual({ unknown: "klingon" });
    expect(metaCharset('<?xml version="1.0" encoding="klingon"?>')).toEqual({ unknown: "klingon" });
  });
});
