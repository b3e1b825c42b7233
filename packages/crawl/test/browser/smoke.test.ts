import { createServer } from "node:http";
import { execSync } from "node:child_process";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";

test("smoke", async () => {
  const server = createServer((q, r) => {
    r.setHeader("content-type", "text/html");
    r.setHeader("set-cookie", ["a=1", "b=2"]);
    r.end(`<h1>hi</h1><img src=/x.png><script>console.error("oh"); document.body.append("ä" + location.pathname)</script>`);
  }).listen(0);
  await new Promise((r) => server.once("listening", r));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/p`);
  const t = new BrowserTransport();
  let t0 = performance.now();
  for (let i = 0; i < 5; i++) {
    const a = await t.request(url, { method: "GET", headers: {}, render: { screenshot: true } });
    console.log(performance.now() - t0, i === 0 ? { ...a, rendered: { ...a.rendered, screenshot: 0 } } : "");
    t0 = performance.now();
  }
  console.log(execSync("ps -eo pid,ppid,pgid,args | grep [c]hromium | cut -c1-120; ls -d /tmp/heddle-chr*").toString());
  console.log(t.stats());
  await t.close();
  console.log("closed", performance.now() - t0, t.stats());
  console.log(execSync("ps -eo pid,ppid,pgid,stat,args | grep [c]hromium | cut -c1-120; ls -d /tmp/heddle-chr* || true").toString());
  server.close();
  expect(1).toBe(1);
}, 30000);
