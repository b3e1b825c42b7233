import { readdirSync, readFileSync } from "node:fs";
import { now, sleep } from "heddle";
import { describe, expect, it } from "vitest";
import type { BrowserTransport } from "../../src/browser/browserTransport.js";
import { findChromium } from "../../src/browser/findChromium.js";
import type { RenderOptions, RenderResult } from "../../src/ground/render.js";
import type { TransportRequest, TransportResponse } from "../../src/ground/transport.js";

export const hasChromium: boolean = isThere();

/** Those that are installed: what holds for the one may not hold for the other. */
export const installed: readonly string[] = ["chromium-headless-shell", "chromium"].filter((name) => isThere(name));

function isThere(named?: string): boolean {
  try {
    findChromium({ named });
    return true;
  } catch {
    return false;
  }
}

const OPTIONS = { timeout: 60_000 };

/** `describe`, but skipped where there is no Chromium; in CI that is a failure. */
export function describeChromium(name: string, body: () => void): void {
  it.runIf(process.env["CI"] === "true")(`${name}: Chromium is there in CI`, () => expect(hasChromium).toBe(true));
  describe.skipIf(!hasChromium)(`${name}${hasChromium ? "" : " (skipped: needs chromium)"}`, OPTIONS, body);
}

export type Rendered = TransportResponse & { readonly rendered: RenderResult };

export async function get(
  transport: BrowserTransport,
  url: string,
  render: RenderOptions = {},
  request: Partial<TransportRequest> = {},
): Promise<Rendered> {
  const answer = await transport.request(new URL(url), { method: "GET", headers: {}, render, ...request });
  if (answer.rendered === undefined) throw new Error("nothing was rendered");
  return answer as Rendered;
}

export async function textOf(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What a promise fails with, as "CODE: message". */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
  return "nothing";
}

/** The processes whose command line or environment has this text in it, those that have ended left out. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const isDead = /\) Z /.test(readFileSync(`/proc/${name}/stat`, "utf8"));
      const all = readFileSync(`/proc/${name}/cmdline`, "utf8") + readFileSync(`/proc/${name}/environ`, "utf8");
      return !isDead && all.includes(text) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** The processes of a process group, those that have ended left out. */
export function processesOf(group: number): { pid: number; type: string }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, state, , pgrp] = (/\) (\w) (\d+) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ??
        []) as string[];
      if (state === "Z" || Number(pgrp) !== group) return [];
      const type = /--type=([\w-]+)/.exec(readFileSync(`/proc/${name}/cmdline`, "utf8"))?.[1] ?? "browser";
      return [{ pid: Number(name), type }];
    } catch {
      return [];
    }
  });
}

/** Waits until something is so; fails with `what` when it is not so within ten seconds. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = now() + 10_000; !isSo(); await sleep(50)) {
    if (now() > end) throw new Error(`it did not come about: ${what}`);
  }
}
