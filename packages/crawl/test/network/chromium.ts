import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "./transportCases.js";

/** Opens a URL in a fresh headless Chromium, and ends it with all that it has started. */
export async function visit(url: string, more: readonly string[] = []): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), "heddle-chromium-"));
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP site.test 127.0.0.1",
    `--user-data-dir=${profile}`,
    ...more,
    "--dump-dom",
    url,
  ];
  const child = spawn("chromium", flags, { detached: true, stdio: "ignore" });
  const exited = once(child, "exit");
  try {
    await within(40_000, "Chromium to have seen the page", exited);
  } finally {
    try {
      process.kill(-(child.pid as number), "SIGKILL");
    } catch {
      // Nobody is left of the group.
    }
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
