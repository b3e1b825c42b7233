import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AddressGuard } from "../../src/network/addressGuard.js";
import { UndiciTransport } from "../../src/network/undiciTransport.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { fetchRecord } from "../support/records.js";
import { startDnsServer } from "./dnsServer.js";

/**
 * The outside is 127.0.0.2 here, and let through; 127.0.0.1 is what must not be reached. One server listens at both,
 * and tells by the address at which it was met.
 */
describe("a guarded transport and a name server that plays", () => {
  let server: FaultServer;
  const met: (string | undefined)[] = [];

  beforeAll(async () => {
    const where = {
      outcome: "ok",
      status: 200,
      serve: (_request: unknown, answer: { socket: { localAddress?: string }; send(reply: object): void }) => {
        met.push(answer.socket.localAddress);
        answer.send({ headers: { connection: "close" }, body: "met" });
      },
    };
    server = await startFaultServer({ address: "0.0.0.0", faults: { where } });
  });

  afterAll(() => server.close());

  const ask = (transport: UndiciTransport, host: string): Promise<{ outcome: string }> =>
    fetchRecord(server.urlOf("where", {}, { host }), { transport, retries: 0 });

  it("never reaches the inner address, whichever of the answers is the evil one", async () => {
    const dns = await startDnsServer((name, times) => {
      if (name === "good.test") return ["127.0.0.2"];
      if (name === "mixed.test") return ["127.0.0.2", "127.0.0.1"];
      return times % 2 === 1 ? ["127.0.0.2"] : ["127.0.0.1"];
    });
    const guard = new AddressGuard({ allow: ["127.0.0.2"], resolve: dns.resolve });
    const transport = new UndiciTransport({ guard });
    expect(await ask(transport, "good.test")).toMatchObject({ outcome: "ok", status: 200 });
    expect(await ask(transport, "mixed.test")).toMatchObject({ outcome: "forbidden" });
    // Checked once and connected by the same answer: a second question between the two would be the hole.
    const rounds = ["ok", "forbidden", "ok", "forbidden"];
    for (const outcome of rounds) expect(await ask(transport, "flip.test")).toMatchObject({ outcome });
    expect(dns.asked.filter((name) => name === "flip.test")).toHaveLength(rounds.length);
    expect(new Set(met)).toEqual(new Set(["127.0.0.2"]));
    await transport.close();
    await dns.close();
  });

  it("looks at every hop that a redirect leads to", async () => {
    const guard = new AddressGuard({ allow: ["127.0.0.2"] });
    const transport = new UndiciTransport({ guard });
    const inner = server.urlOf("where", {}, { host: "127.0.0.1" }).href;
    for (const to of [
      inner,
      "http://169.254.169.254/latest/meta-data/",
      "http://[::ffff:127.0.0.1]/",
      "http://0x7f.1/",
    ]) {
      const url = server.urlOf("redirect-to", { to }, { host: "127.0.0.2" });
      const page = await fetchRecord(url, { transport, retries: 0 });
      expect(page).toMatchObject({ outcome: "forbidden", status: null, error: { code: "ADDRESS_FORBIDDEN" } });
    }
    expect(met).not.toContain("127.0.0.1");
    await transport.close();
  });
});
