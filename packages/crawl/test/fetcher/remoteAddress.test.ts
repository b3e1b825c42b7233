import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server as ProxyServer } from "proxy-chain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFetcher, getPage, recordOf, UndiciTransport } from "../../src/index.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";

let secure: FaultServer;
let proxy: ProxyServer;
/** It listens at every address of 127.0.0.0/8. */
const site = createServer((request, response) => {
  if (request.url === "/moved") response.writeHead(302, { location: `http://127.0.0.3:${port()}/` }).end();
  else response.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=100" }).end("<p>hello");
});
const port = (): number => (site.address() as AddressInfo).port;

beforeAll(async () => {
  secure = await startFaultServer({ tls: true });
  proxy = new ProxyServer({ port: 0, host: "127.0.0.9" });
  await proxy.listen();
  await once(site.listen(0, "0.0.0.0"), "listening");
});
afterAll(async () => {
  site.close();
  site.closeAllConnections();
  await secure.close();
  await proxy.close(true);
});

describe("remoteAddress", () => {
  it("is the address that was connected to, of each attempt and of the page", async () => {
    const page = await getPage(`http://127.0.0.2:${port()}/`, { robots: false });
    expect(page.remoteAddress).toBe("127.0.0.2");
    expect(page.attempts.map(({ remoteAddress }) => remoteAddress)).toEqual(["127.0.0.2"]);
    expect(recordOf(page).remoteAddress).toBe("127.0.0.2");
  });

  it("is that of the last server, after a redirect", async () => {
    expect((await getPage(`http://127.0.0.2:${port()}/moved`, { robots: false })).remoteAddress).toBe("127.0.0.3");
  });

  it("is right for each of many at a time, over connections that are used again", async () => {
    await using fetcher = createFetcher({ robots: false });
    const urls = Array.from({ length: 200 }, (_, n) => `http://127.0.0.${10 + (n % 20)}:${port()}/${n}`);
    for await (const page of fetcher.fetchAll(urls)) expect(page.remoteAddress).toBe(new URL(page.url).hostname);
  });

  it("is there under TLS too", async () => {
    await using transport = Object.assign(new UndiciTransport({ insecure: true }), {
      [Symbol.asyncDispose]: () => transport.close(),
    });
    const response = await transport.request(new URL(secure.origin), { method: "GET", headers: {} });
    expect(response.remoteAddress).toMatch(/^(127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/);
    response.close();
  });

  it("is the proxy's where one was gone through, with a tunnel and without", async () => {
    const proxies = [`http://127.0.0.9:${proxy.port}`];
    const options = { proxies, robots: false, insecure: true, retries: 0 };
    expect((await getPage(`http://127.0.0.2:${port()}/`, options)).remoteAddress).toBe("127.0.0.9");
    expect((await getPage(`${secure.origin}/nothing`, options)).remoteAddress).toBe("127.0.0.9");
  });

  it("is not known of what came from the cache, nor where there was no answer", async () => {
    await using fetcher = createFetcher({ robots: false, cache: ":memory:", retries: 0 });
    await fetcher.get(`http://127.0.0.2:${port()}/`);
    expect(await fetcher.get(`http://127.0.0.2:${port()}/`)).toMatchObject({ cached: "fresh", remoteAddress: null });
    expect((await fetcher.get("http://127.0.0.1:1/")).remoteAddress).toBeNull();
  });

  it("is not mixed up by others who use undici at the same time", async () => {
    await using fetcher = createFetcher({ robots: false });
    const theirs = Array.from({ length: 30 }, (_, n) =>
      fetch(`http://127.0.0.40:${port()}/${n}`).then((r) => r.text()),
    );
    const ours = Array.from({ length: 30 }, (_, n) => fetcher.get(`http://127.0.0.41:${port()}/${n}`));
    for (const page of await Promise.all(ours)) expect(page.remoteAddress).toBe("127.0.0.41");
    await Promise.all(theirs);
  });
});
