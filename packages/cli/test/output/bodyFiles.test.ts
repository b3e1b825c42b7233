import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CannotWriteError } from "../../src/errors.js";
import { BodyFiles } from "../../src/output/bodyFiles.js";
import { folder } from "../support/folder.js";

const page = { url: "http://a/b", contentType: "text/html" };

test("a body that is saved again replaces the first, and nothing else is left in the folder", async () => {
  const files = await BodyFiles.open(join(folder(), "a/b"));
  const first = await files.save({ ...page, body: "one" });
  const second = await files.save({ ...page, body: new Uint8Array([50]) });
  expect(second).toBe(first);
  expect(readFileSync(second, "utf8")).toBe("2");
  expect(readdirSync(files.folder)).toHaveLength(1);
});

test("one URL saved many times at once is one whole file", async () => {
  const files = await BodyFiles.open(folder());
  const bodies = Array.from({ length: 20 }, (_, n) => String(n).repeat(100_000));
  const [path = ""] = await Promise.all(bodies.map((body) => files.save({ ...page, body })));
  expect(bodies).toContain(readFileSync(path, "utf8"));
  expect(readdirSync(files.folder)).toHaveLength(1);
});

test("a folder that cannot be is an error that names it", async () => {
  const file = join(folder(), "file");
  writeFileSync(file, "");
  await expect(BodyFiles.open(join(file, "pages"))).rejects.toThrow(
    new CannotWriteError(
      `Cannot write as a part of its path is not a folder: received ${JSON.stringify(join(file, "pages"))}`,
    ),
  );
});

test("a body that cannot be saved is an error", async () => {
  const files = await BodyFiles.open(join(folder(), "pages"));
  rmSync(files.folder, { recursive: true });
  writeFileSync(files.folder, "");
  await expect(files.save({ ...page, body: "x" })).rejects.toThrow(
    /^Cannot write as a part of its path is not a folder: received ".*pages.a-b-/,
  );
});
