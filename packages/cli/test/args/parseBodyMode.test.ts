import { expect, test } from "vitest";
import { parseBodyMode } from "../../src/args/parseBodyMode.js";

test("none, inline and folders", () => {
  expect(parseBodyMode("none")).toEqual({ to: "none" });
  expect(parseBodyMode("inline")).toEqual({ to: "inline" });
  expect(parseBodyMode("pages/")).toEqual({ to: "files", folder: "pages/" });
  expect(parseBodyMode("/data/pages")).toEqual({ to: "files", folder: "/data/pages" });
});

test("a slip of the pen makes no folder, and is told how to", () => {
  expect(() => parseBodyMode("inlin")).toThrow(
    'Cannot set --body as it must be none, inline or a folder with a slash: received "inlin"; for a folder write "inlin/"',
  );
});
