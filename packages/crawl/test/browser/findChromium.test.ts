import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findChromium } from "../../src/browser/findChromium.js";
import { loadPlaywright } from "../../src/browser/loadPlaywright.js";

const folder = mkdtempSync(join(tmpdir(), "heddle-find-"));

function program(path: string): string {
  const full = join(folder, path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, "#!/bin/sh\n");
  chmodSync(full, 0o755);
  return full;
}

afterAll(() => rmSync(folder, { recursive: true }));

describe("findChromium()", () => {
  const one = program("one/google-chrome");
  const two = program("two/chromium");
  const PATH = `${join(folder, "one")}:${join(folder, "two")}:`;
  const own = { executablePath: () => program("own/chrome") };

  it("takes the one that is named, by its path or its name on the PATH, and no other", () => {
    expect(findChromium({ named: one, env: { PATH, HEDDLE_CHROMIUM: two } })).toBe(one);
    expect(findChromium({ named: "google-chrome", env: { PATH } })).toBe(one);
    for (const named of ["/nowhere", folder, "no-such-name", ""]) {
      expect(() => findChromium({ named, env: { PATH } })).toThrow(
        "Cannot start Chromium as executablePath must be the path of a program that can be run",
      );
    }
  });

  it("else the one in HEDDLE_CHROMIUM, else by usual names, else Playwright's own", () => {
    expect(findChromium({ env: { PATH, HEDDLE_CHROMIUM: one } })).toBe(one);
    expect(findChromium({ env: { PATH, HEDDLE_CHROMIUM: "" } })).toBe(two);
    expect(findChromium({ env: { PATH: "" }, playwright: own })).toBe(own.executablePath());
    expect(() => findChromium({ env: { PATH, HEDDLE_CHROMIUM: "/nowhere" } })).toThrow("as HEDDLE_CHROMIUM must be");
  });

  it("prefers the one without windows", () => {
    const shell = program("two/chromium-headless-shell");
    expect(findChromium({ env: { PATH } })).toBe(shell);
  });

  it("says what to install when there is none", () => {
    const none = { executablePath: (): string => "/nowhere" };
    const broken = {
      executablePath: (): string => {
        throw new Error("not for this platform");
      },
    };
    for (const playwright of [none, broken, undefined]) {
      expect(() => findChromium({ env: {}, playwright })).toThrow(
        /^Cannot render pages as no Chromium was found: install it \(Debian: apt-get install chromium/,
      );
    }
  });
});

describe("loadPlaywright()", () => {
  it("says what to install when it is missing", async () => {
    const missing = (): Promise<never> => Promise.reject(Object.assign(new Error(), { code: "ERR_MODULE_NOT_FOUND" }));
    await expect(loadPlaywright(missing)).rejects.toThrow(
      'Cannot render pages as an optional part is missing: install it with "npm install playwright-core"',
    );
    const broken = (): Promise<never> => Promise.reject(new Error("broken"));
    await expect(loadPlaywright(broken)).rejects.toThrow("broken");
  });
});
