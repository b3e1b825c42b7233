import { connect } from "node:net";
import { cancelScope, isCancelled, run } from "heddle";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import { AddressGuard } from "../../src/network/addressGuard.js";
import { startFilteringProxy } from "../../src/network/filteringProxy.js";
import type { LocalProxy, ProxyFailure } from "../../src/network/localProxy.js";
import { UndiciTransport } from "../../src/network/undiciTransport.js";
import { page } from "../faults/bodies.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { selfSigned } from "../support/selfSigned.js";
import type { RunningProxy } from "./proxies.js";
import { skipsWithout, startMicrosocks, startProxyChain, startSquid } from "./proxies.js";
import { text, transportCases, within } from "./transportCases.js";

/** Says something to a port, and gives back what comes until the other side ends. */
function talk(port: number, said: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(said));
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
    });
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(heard));
    socket.on("error", reject);
  });
}

describe("startFilteringProxy()", () => {
  let server: FaultServer;
  let proxy: LocalProxy;
  const failures: ProxyFailure[] = [];

  beforeAll(async () => {
    server = await startFaultServer();
  });
  afterAll(() => server.close());

  beforeEach(async () => {
    server.reset();
    failures.length = 0;
    const guard = new AddressGuard({
      allow: ["127.0.0.1"],
      resolve: async (host) => (host === "inner.test" ? ["127.0.0.1", "10.0.0.1"] : ["127.0.0.1"]),
    });
    proxy = await startFilteringProxy({ guard, onFailure: (failure) => failures.push(failure) });
  });
  afterEach(async () => {
    await proxy.close();
    await server.idle();
  });

  const port = (): number => Number(proxy.url.port);

  const cases = transportCases({ make: (options) => new UndiciTransport(options), proxies: ["http"] });
  it.each(cases.filter(({ needs }) => needs !== undefined).map((each) => [each.name, each] as const))(
    "keeps what a transport promises: %s",
    (_name, { run: check }) => check({ server, proxies: { http: { url: proxy.url.href } } }),
  );

  it("passes pages on with the fields in their order and writing, and what is between neighbours left out", async () => {
    const said = [
      `POST http://${server.host}/echo?a=b HTTP/1.1`,
      "Host: somebody.else",
      "X-ONE: 1",
      "Proxy-Authorization: Basic c2VjcmV0",
      "Proxy-Connection: keep-alive",
      "Connection: close, X-Two",
      "X-Two: 2",
      "x-three: 3",
      "Content-Length: 5",
      "",
      "hello",
    ];
    const heard = await talk(port(), said.join("\r\n"));
    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
    const echo = JSON.parse(heard.slice(heard.indexOf("{"), heard.lastIndexOf("}") + 1));
    expect(echo).toMatchObject({ method: "POST", path: "/echo?a=b", body: "hello" });
    expect(echo.rawHeaders.slice(0, 8)).toEqual([
      "Host",
      server.host,
      "X-ONE",
      "1",
      "x-three",
      "3",
      "Content-Length",
      "5",
    ]);
    expect(JSON.stringify(echo)).not.toMatch(/c2VjcmV0|X-Two/);
  });

  it("passes a tunnel on, with what the client was too impatient to wait with", async () => {
    const request = "GET /connection-close HTTP/1.1\r\nHost: x\r\n\r\n";
    const heard = await talk(port(), `CONNECT ${server.host} HTTP/1.1\r\nHost: ${server.host}\r\n\r\n${request}`);
    expect(heard).toMatch(/^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 200 /);
    expect(heard).toContain(page());
  });

  it("passes a WebSocket on", async () => {
    const echoing = await startFaultServer({
      faults: {
        socket: {
          outcome: "protocol",
          status: 101,
          serve: ({ headers }, { raw, socket }) => {
            raw(`HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: ${headers["upgrade"]}\r\n\r\n`);
            socket.removeAllListeners("data");
            socket.on("data", (chunk: Buffer) => socket.end(`echo ${chunk.toString()}`));
          },
        },
      },
    });
    const heard = await new Promise<string>((resolve) => {
      let all = "";
      const socket = connect(port(), "127.0.0.1", () =>
        socket.write(
          `GET ${echoing.urlOf("socket")} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        ),
      );
      socket.on("data", (chunk) => {
        all += chunk.toString();
        if (all.endsWith("\r\n\r\n")) socket.write("frame");
      });
      socket.on("close", () => resolve(all));
      socket.on("end", () => socket.end());
    });
    expect(heard).toMatch(/^HTTP\/1\.1 101 .*Upgrade: websocket\r\n\r\necho frame$/s);
    await echoing.close();
  });

  it.each([
    ["CONNECT 10.0.0.1:443", 403, "of a private network"],
    ["CONNECT [::1]:443", 403, "this machine's own"],
    ["CONNECT 169.254.169.254:80", 403, "metadata"],
    ["CONNECT 0x7f.2:80", 403, "this machine's own"],
    ["CONNECT inner.test:443", 403, "of a private network"],
    ["CONNECT nothing", 400, "host:port"],
    ["GET http://10.0.0.1/", 403, "of a private network"],
    ["GET http://inner.test/", 403, "of a private network"],
    ["GET http://[::ffff:10.0.0.1]/", 403, "of a private network"],
    ["GET /page", 400, "This is a proxy"],
    ["GET ftp://example.com/", 400, "This is a proxy"],
  ])("refuses %s with %i and says why", async (request, status, why) => {
    const heard = await talk(port(), `${request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(heard.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(heard).toContain(why);
    expect(heard).toMatch(/^proxy-status: heddle; error=/im);
    expect(server.connections).toBe(0);
    expect(failures).toHaveLength(1);
  });

  it("says that nobody answers there as a proxy would", async () => {
    const { host } = server.urlOf("refuse-connection");
    const heard = await talk(port(), `CONNECT ${host} HTTP/1.1\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n.*error=connection_refused/s);
    expect(failures).toMatchObject([{ target: host, error: { code: "ECONNREFUSED" } }]);
  });

  it("lets go of the site when the client goes, and of the client when the site goes", async () => {
    for (const said of [
      `CONNECT ${server.host} HTTP/1.1\r\n\r\n`,
      `GET http://${server.host}/stall-in-body HTTP/1.1\r\n\r\n`,
    ]) {
      const before = server.connections;
      const client = connect(port(), "127.0.0.1", () => client.write(said));
      client.on("error", () => {});
      await server.connected(before + 1);
      client.destroy();
      await within(2000, "the site to be let go of", server.idle());
    }
    const heard = await talk(port(), `GET http://${server.host}/reset-in-body HTTP/1.1\r\n\r\n`).catch(() => "cut");
    expect(heard.endsWith("some") || heard === "cut").toBe(true);
  });

  it("cuts all when it is closed, and may be closed twice", async () => {
    const client = connect(port(), "127.0.0.1", () => client.write(`CONNECT ${server.host} HTTP/1.1\r\n\r\n`));
    client.on("error", () => {});
    await server.connected(1);
    expect(proxy.open).toBe(1);
    await proxy.close();
    await proxy.close();
    await within(2000, "the site to be let go of", server.idle());
    expect(proxy.open).toBe(0);
  });

  it("ends with its run, and is not started in a scope that is cancelled", async () => {
    const mine = await run(async () => {
      const started = await startFilteringProxy();
      expect(await talk(Number(started.url.port), "GET / HTTP/1.1\r\n\r\n")).toContain("This is a proxy");
      return started;
    });
    await expect(talk(Number(mine.url.port), "x")).rejects.toThrow("ECONNREFUSED");
    let thrown: unknown;
    await cancelScope(async (scope) => {
      scope.cancel();
      thrown = await startFilteringProxy().catch((error: unknown) => error);
    });
    expect(isCancelled(thrown)).toBe(true);
  });

  it("refuses options that make no sense", async () => {
    await expect(startFilteringProxy({ upstream: "http://x" as never })).rejects.toThrow(
      "Cannot start a filtering proxy",
    );
    await expect(startFilteringProxy({ guard: {} as never })).rejects.toThrow(
      "guard must have checkHost() and resolve()",
    );
  });
});

describe("startFilteringProxy() with a proxy behind it", () => {
  let server: FaultServer;
  let secure: FaultServer;
  beforeAll(async () => {
    server = await startFaultServer();
    secure = await startFaultServer({ tls: true });
  });
  afterAll(async () => {
    await server.close();
    await secure.close();
  });

  const kinds: readonly [string, boolean, () => Promise<RunningProxy>][] = [
    ["proxy-chain", false, startProxyChain],
    ["microsocks", skipsWithout("microsocks"), startMicrosocks],
    ["squid", skipsWithout("squid"), startSquid],
  ];
  for (const [name, skips, start] of kinds) {
    it.skipIf(skips)(skips ? `goes through ${name} (skipped: needs ${name})` : `goes through ${name}`, async () => {
      const behind = await start();
      const guard = new AddressGuard({ allow: ["127.0.0.1", "localhost"] });
      const upstream = proxyRoute(behind.url, { trusted: true });
      const failures: ProxyFailure[] = [];
      const proxy = await startFilteringProxy({ guard, upstream, onFailure: (failure) => failures.push(failure) });
      const transport = new UndiciTransport({ ca: selfSigned.cert });
      const ask = async (url: URL): Promise<string> =>
        text(await transport.request(url, { method: "GET", headers: {}, proxy: proxyRoute(proxy.url) }));
      expect(await ask(secure.urlOf("page"))).toBe(page());
      expect(await ask(server.urlOf("page"))).toBe(page());
      await expect(ask(new URL("http://10.0.0.1/"))).rejects.toMatchObject({ outcome: "proxy", code: "PROXY_REFUSED" });
      await expect(ask(server.urlOf("refuse-connection"))).rejects.toMatchObject({ outcome: "proxy" });
      expect(failures.map(({ error }) => (error as { code: string }).code)).toEqual([
        "ADDRESS_FORBIDDEN",
        "PROXY_FAILED",
      ]);
      await transport.close();
      await proxy.close();
      await behind.close();
    });
  }
});
