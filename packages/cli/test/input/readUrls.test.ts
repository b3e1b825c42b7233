import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { CannotReadError } from "../../src/errors.js";
import type { Input } from "../../src/input/openInput.js";
import { readUrls } from "../../src/input/readUrls.js";

function input(name: string, text: string): Input {
  return { name, stream: () => Readable.from([Buffer.from(text)], { objectMode: false }) };
}

async function all(urls: AsyncIterable<string>): Promise<string[]> {
  const result: string[] = [];
  for await (const url of urls) result.push(url);
  return result;
}

test("the URLs of the call come first, then those of the files, without blank lines and comments", async () => {
  const one = input("one", "# all\nhttp://a/\n\n  http://b/#top \n");
  const two = input("two", "http://c/\r\nno url\r\n   # not this\r\n");
  expect(await all(readUrls(["http://x/"], [one, two]))).toEqual([
    "http://x/",
    "http://a/",
    "http://b/#top",
    "http://c/",
    "no url",
  ]);
});

test("a file is not opened before its turn", async () => {
  const opened: string[] = [];
  const watched = (each: Input): Input => ({
    ...each,
    stream: () => {
      opened.push(each.name);
      return each.stream();
    },
  });
  const urls = readUrls([], [watched(input("one", "a\n")), watched(input("two", "b\n"))]);
  await urls.next();
  expect(opened).toEqual(["one"]);
  await urls.return();
});

test("a file that fails is named", async () => {
  const stream = (): Readable => {
    const readable: Readable = new Readable({
      read: () => readable.destroy(Object.assign(new Error(), { code: "EISDIR" })),
    });
    return readable;
  };
  const urls = readUrls([], [{ name: "urls.txt", stream }]);
  await expect(urls.next()).rejects.toThrow(
    new CannotReadError('Cannot read URLs as it is a folder: received "urls.txt"'),
  );
});
