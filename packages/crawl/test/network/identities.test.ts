import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import { AddressGuard } from "../../src/network/addressGuard.js";
import { IdentityTransport } from "../../src/network/identityTransport.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { visit } from "./chromium.js";
import type { Fingerprint, FingerprintServer, WalkedRequest } from "./fingerprint.js";
import { differences, startFingerprintServer } from "./fingerprint.js";
import { skipsWithout, startProxyChain } from "./proxies.js";
import { text } from "./transportCases.js";

/** `npm run identities` prints what differs; `IDENTITY=firefox_151` compares another one. */
const prints = process.env["HEDDLE_IDENTITIES"] === "print";
const wanted = process.env["IDENTITY"] ?? "chrome";
const skips = skipsWithout("chromium");

function print(lines: readonly string[]): void {
  if (prints) console.log(lines.join("\n"));
}

const title = (what: string): string => (skips ? `${what} (skipped: needs chromium)` : what);

/** What identities differ in from month to month, and what only a hand does: nobody has clicked for this form. */
function shown({ what, headers }: WalkedRequest): string[] {
  const lines = headers.flatMap(([name, value]) => {
    if (/^:(authority|path)$|^sec-fetch-user$/.test(name)) return [];
    return /^(accept|user-agent|sec-ch-ua|sec-ch-ua-platform|accept-language)$/.test(name)
      ? [name]
      : [`${name}: ${value}`];
  });
  return [what, ...lines];
}

describe("an identity beside the installed Chromium", () => {
  let server: FingerprintServer;
  let plain: FaultServer;
  let transport: IdentityTransport;

  beforeAll(async () => {
    server = await startFingerprintServer();
    plain = await startFaultServer();
    const guard = new AddressGuard({ allow: ["127.0.0.1"], resolve: async () => ["127.0.0.1"] });
    transport = new IdentityTransport({ insecure: true, identity: wanted, guard });
  });

  afterAll(async () => {
    await transport.close();
    await server.close();
    await plain.close();
  });

  const byIdentity = async (url: string): Promise<void> => {
    const response = await transport.request(new URL(url), { method: "GET", headers: {} });
    await text(response);
    response.close();
  };

  const fingerprintBy = async (who: (url: string) => Promise<void>): Promise<Fingerprint> => {
    server.forget();
    await who(`https://site.test:${server.port}/`);
    if (server.seen === undefined) throw new Error("The page was not asked for");
    return server.seen;
  };

  it.skipIf(skips)(
    title("has its handshake, its settings and its headers, but for what is newer than the identity"),
    { timeout: 60_000 },
    async () => {
      const real = await fingerprintBy(visit);
      const ours = await fingerprintBy(byIdentity);
      const differ = differences(real, ours);
      print([
        `Chromium as it is installed (-) and ${wanted} (+):`,
        ...(differ.length === 0 ? ["  no difference"] : differ.map(({ field, text: what }) => `  ${field}: ${what}`)),
        `  the same: ${Object.keys(real)
          .filter((field) => !differ.some((each) => each.field === field))
          .join(", ")}`,
      ]);
      if (wanted !== "chrome") return;
      // Chromium ages monthly, and its signatures and extensions with it; all the rest has stood for years.
      const mayDiffer = ["ja4", "extensions", "signatures"];
      expect(differ.filter(({ field }) => !mayDiffer.includes(field))).toEqual([]);
      expect(ours.ja4[0]?.split("_")[1]).toBe(real.ja4[0]?.split("_")[1]);
    },
  );

  it.skipIf(skips)(
    title("asks as it does when it is led on, sends a form, and has cookies"),
    { timeout: 60_000 },
    async () => {
      server.forget();
      await visit(`https://site.test:${server.port}/begin`, ["--virtual-time-budget=2000"]);
      const real = server.walk.map(shown);
      server.forget();
      const origin = `https://site.test:${server.port}`;
      const ask = async (
        method: string,
        path: string,
        headers: Record<string, string>,
        body?: string,
      ): Promise<void> => {
        const response = await transport.request(new URL(origin + path), { method, headers, body });
        await text(response);
        response.close();
      };
      const cookie = "a=1";
      const from = { cookie, referer: `${origin}/form` };
      await ask("GET", "/begin", {});
      await ask("GET", "/form", { cookie });
      await ask("POST", "/sent", { ...from, origin, "content-type": "application/x-www-form-urlencoded" }, "q=1");
      await ask("GET", "/end", from);
      const ours = server.walk.map(shown);
      for (const [n, lines] of real.entries())
        print([...lines.map((line) => `- ${line}`), ...(ours[n] ?? []).map((line) => `+ ${line}`)]);
      if (wanted !== "chrome") return;
      expect(ours.map(([what]) => what)).toEqual(["GET /begin", "GET /form", "POST /sent", "GET /end"]);
      // Where it was led by a redirect Chromium has some of them at another place, as it adds them anew.
      const isLed = (what: string | undefined): boolean => what === "GET /form" || what === "GET /end";
      const comparable = ([what, ...lines]: string[]): unknown =>
        isLed(what) ? [what, lines.filter((line) => !line.startsWith("cache-control")).sort()] : [what, lines];
      expect(ours.map(comparable)).toEqual(real.map(comparable));
    },
  );

  it.skipIf(skips)(title("is the same through a proxy"), { timeout: 60_000 }, async () => {
    const proxy = await startProxyChain();
    const byProxy = async (url: string): Promise<void> => {
      const response = await transport.request(new URL(url), {
        method: "GET",
        headers: {},
        proxy: proxyRoute(proxy.url.replace("127.0.0.1", "localhost"), { trusted: true }),
      });
      await text(response);
      response.close();
    };
    const direct = await fingerprintBy(byIdentity);
    const port = server.port;
    server.forget();
    await byProxy(`https://localhost:${port}/`);
    const { headers, ...through } = server.seen ?? ({} as Fingerprint);
    expect({ ...direct, headers }).toEqual({ ...through, headers: direct.headers });
    await proxy.close();
  });

  it.skipIf(skips)(
    title("has its headers in their order and writing without TLS, too"),
    { timeout: 60_000 },
    async () => {
      const names = async (who: (url: string) => Promise<void>): Promise<readonly string[]> => {
        plain.reset();
        await who(plain.urlOf("page", {}, { host: "site.test" }).href);
        const first = plain.requests.find(({ path }) => path === "/page");
        return first?.rawHeaders.filter((_, n) => n % 2 === 0) ?? [];
      };
      const real = await names(visit);
      const ours = await names(byIdentity);
      print([`Without TLS, Chromium sends ${real.join(", ")}`, `and ${wanted} sends ${ours.join(", ")}`]);
      if (wanted === "chrome") expect(ours).toEqual(real);
    },
  );
});
