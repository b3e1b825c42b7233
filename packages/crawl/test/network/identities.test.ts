import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AddressGuard } from "../../src/network/addressGuard.js";
import { IdentityTransport } from "../../src/network/identityTransport.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { visit } from "./chromium.js";
import type { Fingerprint, FingerprintServer } from "./fingerprint.js";
import { differences, startFingerprintServer } from "./fingerprint.js";
import { skipsWithout } from "./proxies.js";
import { text } from "./transportCases.js";

/** `npm run identities` prints what differs; `IDENTITY=firefox_151` compares another one. */
const prints = process.env["HEDDLE_IDENTITIES"] === "print";
const wanted = process.env["IDENTITY"] ?? "chrome";
const skips = skipsWithout("chromium");

function print(lines: readonly string[]): void {
  if (prints) console.log(lines.join("\n"));
}

const title = (what: string): string => (skips ? `${what} (skipped: needs chromium)` : what);

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
