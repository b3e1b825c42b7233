import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareJobs, JobFailedError } from "@heddle/inspect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadJobs } from "../../src/compare/jobs.js";

describe("the jobs of a module", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heddle-jobs-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function module(name: string, text: string): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  }

  it("are its functions, but neither classes nor hooks", async () => {
    const file = await module(
      "all.mjs",
      "export class Client {}\nexport const setup = () => {};\nexport const load = () => 1;\nexport default async () => 2;\n",
    );
    expect([...(await loadJobs(file)).keys()].sort()).toEqual(["default", "load"]);
  });

  it("are named when they fail, with what they threw and where", async () => {
    const file = await module("fails.mjs", 'export function bad() {\n  throw new Error("no luck");\n}\n');
    const error: unknown = await compareJobs(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobFailedError);
    expect((error as Error).message).toMatch(
      /^Cannot compare as job "bad" fails: received Error: no luck, at .*fails\.mjs:2:\d+\)?$/,
    );
  });
});
