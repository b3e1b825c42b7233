import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import { AddressGuard } from "../../src/network/addressGuard.js";
import { openTunnel } from "../../src/network/tunnel.js";
import { UndiciTransport } from "../../src/network/undiciTransport.js";
import { page } from "../faults/bodies.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { selfSigned } from "../support/selfSigned.js";
import type { RunningProxy } from "./proxies.js";
import { skipsWithout, startMicrosocks, startProxyChain, startSquid } from "./proxies.js";
import { text, transportCases, within } from "./transportCases.js";

/** The same proxy, behind TLS. */
async function startSecureProxy(): Promise<RunningProxy> {
  const inner = await startProxyChain();
  const server = createTlsServer(selfSigned, (socket) => {
    const other = connect(inner.port, "127.0.0.1");
    socket.on("error", () => other.destroy()).on("close", () => other.destroy());
    other.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.pipe(other).pipe(socket);
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://user:pass@localhost:${port}`,
    port,
    close: async () => {
      await inner.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("openTunnel()", () => {
  it("lets nobody write lines of their own to the proxy", async () => {
    const evil = { host: "a.test:80 HTTP/1.1\r\nX-Evil: 1\r\n\r\n", port: 80 };
    const opened = openTunnel(proxyRoute("http://127.0.0.1:1"), evil, { own: () => {} });
    await expect(opened).rejects.toMatchObject({ code: "BAD_TARGET" });
  });
});

const kinds: readonly [string, string, boolean, () => Promise<RunningProxy>][] = [
  ["proxy-chain", "http", false, startProxyChain],
  ["proxy-chain behind TLS", "https", false, startSecureProxy],
  ["squid", "http", skipsWithout("squid"), startSquid],
  ["microsocks", "socks5", skipsWithout("microsocks"), startMicrosocks],
];

describe.each(kinds)("UndiciTransport through %s", (name, scheme, skips, start) => {
  let proxy: RunningProxy;
  let server: FaultServer;
  let secure: FaultServer;

  beforeAll(async () => {
    if (skips) return;
    proxy = await start();
    server = await startFaultServer();
    secure = await startFaultServer({ tls: true });
  });

  afterAll(async () => {
    if (skips) return;
    await proxy.close();
    await server.close();
    await secure.close();
  });

  const title = (what: string): string => (skips ? `${what} (skipped: needs ${name})` : what);
  const subject = {
    make: (options: { guard?: AddressGuard }) => new UndiciTransport({ ca: selfSigned.cert, ...options }),
    proxies: [scheme as "http"],
  };
  for (const each of transportCases(subject).filter(({ needs }) => needs !== undefined)) {
    it.skipIf(skips)(title(each.name), () => each.run({ server, proxies: { [scheme]: { url: proxy.url } } }));
  }

  const ask = async (transport: UndiciTransport, url: URL, by = proxyRoute(proxy.url)): Promise<string> =>
    text(await transport.request(url, { method: "GET", headers: {}, proxy: by }));

  it.skipIf(skips)(
    title("asks for pages with TLS, over a tunnel that it uses again, with the name in the handshake"),
    async () => {
      const transport = new UndiciTransport({ ca: selfSigned.cert });
      const before = secure.connections;
      for (let n = 0; n < 3; n++) {
        expect(await ask(transport, secure.urlOf("page"))).toBe(page());
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(secure.connections - before).toBe(1);
      // The site is told nothing of the proxy, or of who we are to it.
      expect(JSON.stringify(secure.requests.at(-1)?.rawHeaders)).not.toMatch(/proxy/i);
      await transport.close();
      await within(3000, "the tunnel to be closed", secure.idle());
    },
  );

  it.skipIf(skips)(title("tells the site nothing of what it tells the proxy, without TLS neither"), async () => {
    const transport = new UndiciTransport({ ca: selfSigned.cert });
    const echo = await ask(transport, server.urlOf("echo"));
    expect(echo).not.toMatch(/proxy-authorization|dXNlcjpwYXNz/i);
    expect(JSON.parse(echo)).toMatchObject({ path: "/echo", headers: { host: server.host } });
    await transport.close();
  });

  it.skipIf(skips)(
    title("says by its code whether the proxy, the password or the way to the site is at fault"),
    async () => {
      const transport = new UndiciTransport({ ca: selfSigned.cert });
      const wrong = proxyRoute(proxy.url.replace(":pass@", ":wrong@"));
      const closed = proxyRoute(`${scheme}://user:pass@127.0.0.1:1`);
      const secret = /pass|wrong/;
      for (const good of [server, secure]) {
        const rejections = [
          [wrong, good.urlOf("page"), { code: "PROXY_AUTH", aboutSite: false }],
          [closed, good.urlOf("page"), { code: "PROXY_UNREACHABLE", aboutSite: false }],
          [proxyRoute(proxy.url), good.urlOf("refuse-connection"), { code: "PROXY_FAILED", aboutSite: true }],
        ] as const;
        for (const [by, url, expected] of rejections) {
          const error = await ask(transport, url, by).catch((thrown: Error) => thrown);
          expect(error).toMatchObject({ outcome: "proxy", ...expected, proxy: by.label });
          expect(String(error)).not.toMatch(secret);
        }
      }
      await transport.close();
    },
  );

  it.skipIf(skips)(title("lets the site's own errors be the site's"), async () => {
    const transport = new UndiciTransport({ ca: selfSigned.cert });
    for (const status of ["bad-gateway", "unavailable", "forbidden"]) {
      expect(await ask(transport, secure.urlOf(status))).toContain("Error");
      expect(await ask(transport, server.urlOf(status))).toContain("Error");
    }
    const untrusting = new UndiciTransport({ ca: "" });
    if (scheme !== "https") {
      await expect(ask(untrusting, secure.urlOf("page"))).rejects.toMatchObject({
        code: "DEPTH_ZERO_SELF_SIGNED_CERT",
      });
    }
    await untrusting.close();
    await transport.close();
  });

  it.skipIf(skips)(title("guards what goes through, and the proxy's own address unless it is trusted"), async () => {
    const guard = new AddressGuard({ allow: ["*.good.test"], resolve: async () => ["127.0.0.1"] });
    const transport = new UndiciTransport({ ca: selfSigned.cert, guard });
    await expect(ask(transport, server.urlOf("page"))).rejects.toMatchObject({ code: "ADDRESS_FORBIDDEN" });
    await expect(ask(transport, new URL("http://inner.test/"))).rejects.toMatchObject({ code: "ADDRESS_FORBIDDEN" });
    const outside = new URL("https://a.good.test/");
    await expect(ask(transport, outside)).rejects.toMatchObject({ code: "ADDRESS_FORBIDDEN" });
    const trusted = proxyRoute(proxy.url, { trusted: true });
    await expect(ask(transport, outside, trusted)).rejects.toMatchObject({ outcome: "proxy", aboutSite: true });
    await transport.close();
  });

  it.skipIf(skips)(
    title("forgets proxies that were not used for long, without breaking what goes through them"),
    async () => {
      const transport = new UndiciTransport({ ca: selfSigned.cert, maxProxies: 1 });
      const slow = ask(transport, secure.urlOf("drip", { bytes: 20, ms: 10 }));
      await secure.asked(secure.requests.length + 1);
      await expect(ask(transport, server.urlOf("page"), proxyRoute("http://127.0.0.1:1"))).rejects.toThrow();
      expect(await slow).toBe("x".repeat(20));
      await within(3000, "the forgotten connections to be closed", secure.idle());
      await transport.close();
    },
  );
});
