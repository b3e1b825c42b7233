import fc from "fast-check";
import { expect, test } from "vitest";
import { bodyFileName } from "../../src/content/bodyFileName.js";

test("a name says which page it is", () => {
  expect(bodyFileName("https://example.com/docs/Intro?page=2", "text/html; charset=utf-8")).toMatch(
    /^example\.com-docs-Intro-page-2-[0-9a-f]{16}\.html$/,
  );
  expect(bodyFileName("https://example.com/a.png", "IMAGE/PNG")).toMatch(/^example\.com-a\.png-[0-9a-f]{16}\.png$/);
  expect(bodyFileName("https://example.com/", undefined)).toMatch(/^example\.com-[0-9a-f]{16}\.bin$/);
});

test("where the server says nothing better than bytes, the end of the URL counts, if it is a usual one", () => {
  expect(bodyFileName("https://a.test/x.tar.gz?a=b.c", "application/octet-stream")).toMatch(/-[0-9a-f]{16}\.gz$/);
  expect(bodyFileName("https://a.test/dump.zip", undefined)).toMatch(/\.zip$/);
  expect(bodyFileName("https://a.test/x.zip", "text/html")).toMatch(/\.html$/);
  expect(bodyFileName("https://a.test/x.php", "application/octet-stream")).toMatch(/\.bin$/);
});

test("neither passwords nor keys are in the name", () => {
  const name = bodyFileName("https://me:sesame@a.test/x?api_key=sesame&page=2", "text/html");
  expect(name).toMatch(/^a\.test-x-api_?-?key-page-2-[0-9a-f]{16}\.html$/);
});

test("URLs that differ in case or in signs only have different names on every file system", () => {
  const urls = ["http://a/b", "http://a/B", "http://a/b/", "http://a/b?", "https://a/b"];
  const names = urls.map((url) => bodyFileName(url, "text/html").toLowerCase());
  expect(new Set(names).size).toBe(urls.length);
});

test("a content type that is the name of something every object has is an unknown one", () => {
  for (const type of ["__proto__", "constructor", "toString"]) {
    expect(bodyFileName("https://example.com/", type)).toMatch(/\.bin$/);
  }
});

test("whatever the URL, the name is short, stays in its folder and is not hidden", () => {
  const url = fc.oneof(
    fc.webUrl({ withQueryParameters: true }),
    fc.string(),
    fc.constantFrom("http://../../..", "/etc/passwd"),
  );
  fc.assert(
    fc.property(url, fc.option(fc.string(), { nil: undefined }), (text, type) => {
      const name = bodyFileName(text, type);
      expect(name).toMatch(/^[a-z0-9][a-z0-9.-]*\.[a-z0-9]+$/i);
      expect(name).not.toContain("..");
      expect(name.length).toBeLessThan(120);
    }),
  );
});
