import { createSocket } from "node:dgram";
import type { IncomingMessage } from "node:http";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { Event, run } from "heddle";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import { AddressGuard } from "../../src/network/addressGuard.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, failureOf, get, installed } from "./chromium.js";

describeChromium("BrowserTransport behind a proxy", () => {
  let site: Site;
  let proxy: RecordingProxy;
  const stun = createSocket("udp4");
  let datagrams = 0;
  let release = (): void => {};

  beforeAll(async () => {
    await new Promise<void>((resolve) => stun.bind(0, "127.0.0.1", resolve));
    stun.on("message", () => datagrams++);
    proxy = await startRecordingProxy();
    const { port } = stun.address();
    site = await startSite({
      "/": `<h1>hi</h1><link rel="dns-prefetch" href="//prefetched.test"><link rel="preconnect" href="http://connected.test">`,
      "/calls": `<title>…</title><script>
        const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:${port}" }] });
        peer.createDataChannel("x");
        const found = [];
        peer.onicecandidate = ({ candidate }) => candidate && found.push(candidate.candidate);
        peer.createOffer().then((offer) => peer.setLocalDescription(offer));
        setTimeout(() => { document.title = "found " + found.length; }, 1500);
      </script>`,
      "/parts": `<img src="/image"><iframe src="http://[::1]:1/frame"></iframe><script>fetch("http://2130706433:1/x").catch(() => {});
        document.body.append("done")</script>`,
      "/slow": (_, r) => {
        release = (): void => void r.writeHead(200, { "content-type": "text/html" }).end("<h1>late</h1>");
      },
      "/leads-inside": (_, r) => r.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end(),
    });
  });

  afterAll(async () => {
    stun.close();
    await Promise.all([site.close(), proxy.close()]);
  });

  it.each(installed)("sends all by the proxy, and nothing that no page has asked for: %s", async (executablePath) => {
    proxy.seen.length = 0;
    datagrams = 0;
    const transport = new BrowserTransport({ proxy: proxy.url, executablePath });
    const [page, named, calling] = await Promise.all([
      get(transport, site.url),
      get(transport, `http://localhost:${site.port}/`),
      get(transport, `${site.url}/calls`, { waitFor: "//title[starts-with(., 'found')]" }),
      // What a browser does by itself it does in its first seconds.
      get(transport, site.url, { waitFor: 2500 }),
    ]);
    await transport.close();
    expect([page.status, named.status]).toEqual([200, 200]);
    expect(calling.rendered.html).toMatch(/<title>found \d/);
    const own = new Set([`127.0.0.1:${site.port}`, `localhost:${site.port}`, "connected.test:80"]);
    expect(proxy.seen.filter((target) => !own.has(target))).toEqual([]);
    expect(proxy.seen).toContain(`localhost:${site.port}`);
    // WebRTC's, which would not go through a proxy.
    expect(datagrams).toBe(0);
  });

  it("goes by the proxy of a request, with its user and password, and by none for another", async () => {
    const transport = new BrowserTransport();
    proxy.seen.length = 0;
    proxy.wantsLogin = true;
    const route = proxyRoute(proxy.url.replace("//", "//user:p%40ss@"));
    await get(transport, site.url, {}, { proxy: route });
    expect(proxy.seen).toContain(`127.0.0.1:${site.port}`);
    expect(proxy.logins).toContain("user:p@ss");
    proxy.wantsLogin = false;
    proxy.seen.length = 0;
    await get(transport, site.url);
    expect(proxy.seen).toEqual([]);
    await transport.close();
  });

  it("asks nowhere that the guard forbids, not for what is in a page either, nor by a redirect", async () => {
    const transport = new BrowserTransport({ guard: new AddressGuard({ allow: ["127.0.0.1"] }) });
    const failures = [
      await failureOf(get(transport, "http://10.0.0.1/")),
      await failureOf(get(transport, `${site.url}/leads-inside`)),
    ];
    for (const failure of failures) expect(failure).toMatch(/^ADDRESS_FORBIDDEN: /);
    const { rendered } = await get(transport, `${site.url}/parts`);
    expect(rendered.html).toContain("done");
    await transport.close();
  });

  it("goes on behind the guard for one run when another one ends that has used it first", async () => {
    const transport = new BrowserTransport({ guard: new AddressGuard({ allow: ["127.0.0.1"] }) });
    const goesOn = new Event();
    const later = await run(async () => {
      const first = run(() => get(transport, site.url));
      const second = run(async () => {
        const pages = [await get(transport, site.url, { session: "s" })];
        const slow = get(transport, `${site.url}/slow`);
        await site.asked("/slow");
        goesOn.set();
        pages.push(await slow, await get(transport, site.url, { session: "s" }));
        return pages.map(({ status }) => status);
      });
      expect((await first).status).toBe(200);
      expect(transport.stats()).toMatchObject({ state: "running", starts: 1 });
      await goesOn.wait();
      release();
      return await second;
    });
    expect(later).toEqual([200, 200, 200]);
    // The last one has ended, and Chromium with it.
    expect(transport.stats()).toMatchObject({ state: "stopped", starts: 1 });
    await transport.close();
  });
});

interface RecordingProxy {
  readonly url: string;
  /** Whom it was asked for, as "host:port". */
  readonly seen: string[];
  /** Whether it wants a log-in. */
  wantsLogin: boolean;
  readonly logins: string[];
  close(): Promise<void>;
}

/** A proxy that passes everything on and notes for whom. */
async function startRecordingProxy(): Promise<RecordingProxy> {
  const seen: string[] = [];
  const logins: string[] = [];
  const noteLogin = ({ headers }: IncomingMessage): void => {
    const login = headers["proxy-authorization"]?.split(" ")[1];
    if (login !== undefined) logins.push(Buffer.from(login, "base64").toString());
  };
  const state = { wantsLogin: false };
  const server = createServer((request, response) => {
    noteLogin(request);
    const { hostname, port } = new URL(request.url as string);
    seen.push(`${hostname}:${port || 80}`);
    if (state.wantsLogin && request.headers["proxy-authorization"] === undefined) {
      response.writeHead(407, { "proxy-authenticate": "Basic realm=x" }).end();
      return;
    }
    const onward = ask(request.url as string, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode as number, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.on("connect", (request, client) => {
    noteLogin(request);
    seen.push(request.url as string);
    const [host, port] = (request.url as string).split(":");
    const remote = connect(Number(port), host as string, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(remote).pipe(client);
    });
    remote.on("error", () => client.destroy());
    client.on("error", () => remote.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    seen,
    logins,
    close: (): Promise<void> =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
