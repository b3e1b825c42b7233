import { createServer } from "node:http";
import { execSync } from "node:child_process";
import type { AddressInfo } from "node:net";
import { test } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";

const pages: Record<string, string> = {
  "/alerts": `<script>setInterval(() => alert(1), 1)</script>`,
  "/alertloop": `<script>for(;;) alert(1)</script>`,
  "/beforeunload": `<p>x<script>addEventListener("beforeunload", (e) => { e.preventDefault(); e.returnValue = "x"; }); document.body.click()</script>`,
  "/popups": `<script>setInterval(() => window.open("/x", "_blank"), 1)</script>`,
  "/popups2": `<button onclick="for (let i=0;i<50;i++) window.open('/x','_blank','noopener')">b</button>`,
  "/print": `<p>a<script>print()</script>`,
  "/loop": `<script>let n = 1 + +(location.search.slice(1) || 0); location.href = "?" + n;</script>`,
  "/reload": `<script>addEventListener("load", () => setTimeout(() => location.reload(), 0));</script>`,
  "/busy": `<script>setTimeout(() => { for(;;); }, 100)</script>`,
  "/busynow": `<script>for(;;);</script>`,
  "/never-idle": `<script>setInterval(() => fetch("/x?" + Math.random()), 100)</script>`,
  "/never-loads": `<img src="/hang">`,
  "/hog": `<script>const a=[]; setInterval(() => { const b = new Uint8Array(32<<20); for (let i=0;i<b.length;i+=4096) b[i]=i; a.push(b) }, 5)</script>`,
  "/heap": `<script>const a=[]; for(;;) a.push({x:[1,2,3,a.length]})</script>`,
  "/dom": `<script>for(;;) document.documentElement.append(document.createElement("p"))</script>`,
};
test("hostile", async () => {
  const server = createServer((q, r) => {
    const path = new URL("http://x" + q.url).pathname;
    if (path === "/hang") return;
    if (path === "/auth") { r.statusCode = 401; r.setHeader("www-authenticate", "Basic realm=x"); r.end("no"); return; }
    if (path === "/404") { r.statusCode = 404; r.end(); return; }
    if (path === "/204") { r.statusCode = 204; r.end(); return; }
    if (path === "/zip") { r.setHeader("content-type", "application/zip"); r.end("PK"); return; }
    if (path === "/pdf") { r.setHeader("content-type", "application/pdf"); r.end("%PDF-1.4"); return; }
    if (path === "/json") { r.setHeader("content-type", "application/json"); r.end("{\"a\":1}"); return; }
    if (path === "/trunc") { r.setHeader("content-type", "text/html"); r.setHeader("content-length", 1000); r.write("<p>hello"); setTimeout(() => r.destroy(), 50); return; }
    if (path === "/reset") { q.socket.resetAndDestroy(); return; }
    r.setHeader("content-type", "text/html");
    r.end(pages[path] ?? "ok");
  }).listen(0);
  await new Promise((r) => server.once("listening", r));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const t = new BrowserTransport({ maxPageMemory: 400 << 20 });
  const wanted = process.env["ONLY"]?.split(",") ?? [...Object.keys(pages), "/auth", "/404", "/204", "/zip", "/pdf", "/json", "/trunc", "/reset"];
  for (const path of ["/warm", ...wanted]) {
    const t0 = performance.now();
    const steps = path === "/popups2" ? [{ click: "button" }] : path === "/popups" ? [{ wait: 500 }]: path === "/hog" ? [{ wait: 4000 }] : path === "/busy" ? [{wait: 300}] : path === "/never-idle" ? [{wait:"networkidle"}] : [];
    let out;
    try {
      const a = await t.request(new URL(base + path), { method: "GET", headers: {}, render: { timeout: 5000, steps } });
      out = [a.status, a.headers["content-type"], a.rendered?.html.length, { ...a.rendered, html: undefined, cookies: undefined }];
    } catch (e) {
      out = [(e as Error).name, (e as {code: string}).code, (e as Error).message];
    }
    console.log(path, Math.round(performance.now() - t0), ...out, t.stats().starts);
  }
  await t.close();
  server.close();
  console.log(execSync("ps -eo pid,ppid,pgid,stat,args | grep [c]hromium | cut -c1-120; ls -d /tmp/heddle-chr* || true").toString());
}, 200000);
