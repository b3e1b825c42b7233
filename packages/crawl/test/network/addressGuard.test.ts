import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressForbiddenError } from "../../src/ground/errors.js";
import { AddressGuard } from "../../src/network/addressGuard.js";

/** Ways in which people have got past guards such as this one. */
const BYPASSES: readonly string[] = [
  // This machine, in every notation that an address can be written in.
  "http://127.0.0.1/",
  "http://127.0.0.1:8080/",
  "http://127.1/",
  "http://127.0.1/",
  "http://127.255.255.254/",
  "http://2130706433/",
  "http://017700000001/",
  "http://0177.0.0.1/",
  "http://0177.0.0.01/",
  "http://0x7f000001/",
  "http://0x7f.0x0.0x0.0x1/",
  "http://0x7f.1/",
  "http://0x7f.0.0.1./",
  "http://127.0.0.1./",
  "http://127.0x0.00.1/",
  "http://%31%32%37.%30.0.1/",
  "http://127%2e0%2e0%2e1/",
  "http://①②⑦.⓪.⓪.①/",
  "http://127。0。0。1/",
  "http://127.0.0.1/",
  "http://１２７.0.0.1/",
  "http://0/",
  "http://0.0.0.0/",
  "http://0x0/",
  "http://1/",
  "http://user:pw@127.0.0.1/",
  "http://example.com@127.0.0.1/",
  "http:\\\\127.0.0.1\\",
  "http:127.0.0.1",
  "  http://127.0.0.1/",
  "http://127.0.0.1#@example.com/",
  "http://127.0.0.1\t/",
  "http://12\n7.0.0.1/",
  "HTTP://127.0.0.1/",
  "http://localhost/",
  "http://LOCALHOST./",
  "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
  "http://anything.localhost/",
  // And in IPv6's.
  "http://[::1]/",
  "http://[0:0:0:0:0:0:0:1]/",
  "http://[0000::0001]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[0:0:0:0:0:ffff:127.0.0.1]/",
  "http://[::ffff:0:127.0.0.1]/",
  "http://[::127.0.0.1]/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://[64:ff9b::127.0.0.1]/",
  "http://[64:ff9b::a9fe:a9fe]/",
  "http://[64:ff9b:1::127.0.0.1]/",
  "http://[2002:7f00:1::]/",
  "http://[2002:a9fe:a9fe::1]/",
  "http://[2001:0:7f00:1::]/",
  "http://[2a00:1450:4001:81b:0:5efe:127.0.0.1]/",
  "http://[2a00:1450:4001:81b:200:5efe:10.0.0.1]/",
  "http://[fe80::1]/",
  "http://[fc00::1]/",
  "http://[fd00:ec2::254]/",
  "http://[fec0::1]/",
  "http://[ff02::1]/",
  "http://[2001:db8::1]/",
  "http://[3fff::1]/",
  "http://[100::1]/",
  "http://[5f00::1]/",
  "http://[4000::1]/",
  // Private networks, and what else is not the internet.
  "http://10.0.0.1/",
  "http://10.255.255.255/",
  "http://172.16.0.1/",
  "http://172.31.255.255/",
  "http://192.168.1.1/",
  "http://0xc0a80101/",
  "http://100.64.0.1/",
  "http://100.100.100.200/",
  "http://169.254.169.254/latest/meta-data/",
  "http://2852039166/",
  "http://0xA9.0xFE.0xA9.0xFE/",
  "http://0251.0376.0251.0376/",
  "http://169.254.43518/",
  "http://192.0.0.192/",
  "http://168.63.129.16/",
  "http://198.18.0.1/",
  "http://198.19.255.255/",
  "http://192.0.2.1/",
  "http://198.51.100.1/",
  "http://203.0.113.1/",
  "http://224.0.0.1/",
  "http://240.0.0.1/",
  "http://255.255.255.255/",
  // Other schemes, and no port.
  "ftp://example.com/",
  "file:///etc/passwd",
  "file://127.0.0.1/etc/passwd",
  "gopher://127.0.0.1:6379/_INFO",
  "dict://127.0.0.1:11211/stats",
  "data:text/html,hello",
  "javascript:alert(1)",
  "blob:http://example.com/1",
  "about:blank",
  "http://example.com:0/",
];

const PUBLIC: readonly string[] = [
  "http://example.com/",
  "https://example.com:8443/path?url=http://127.0.0.1/",
  "http://8.8.8.8/",
  "http://172.32.0.1/",
  "http://172.15.255.255/",
  "http://192.169.0.1/",
  "http://100.128.0.1/",
  "http://198.20.0.1/",
  "http://[2a00:1450:4001:81b::200e]/",
  "http://[::ffff:8.8.8.8]/",
  "http://[64:ff9b::8.8.8.8]/",
  "http://localhost.example.com/",
  "http://127.0.0.1.example.com/",
  "wss://example.com/socket",
];

describe("AddressGuard", () => {
  const guard = new AddressGuard();

  it.each(BYPASSES)("does not let %j through", (url) => {
    expect(() => guard.checkUrl(url)).toThrow(AddressForbiddenError);
  });

  it.each(["http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://256.1.1.1/", "http://4294967296/", "http://"])(
    "takes %j for no URL at all",
    (url) => {
      expect(() => guard.checkUrl(url)).toThrow(/^Cannot check a URL as it is no absolute URL/);
    },
  );

  it.each(PUBLIC)("lets %j through", (url) => {
    expect(() => guard.checkUrl(url)).not.toThrow();
  });

  it.each([
    ["127.0.0.1", 80],
    ["0x7f.1", 80],
    ["[::1]", 443],
    ["::1", 443],
    ["fe80::1%eth0", 443],
    ["localhost", 3128],
    ["example.com", 0],
    ["example.com", 65_536],
    ["example.com/", 80],
    ["a@127.0.0.1", 80],
    ["", 80],
  ])("does not let the host %j with the port %j through", (host, port) => {
    expect(() => guard.checkHost(host, port)).toThrow(AddressForbiddenError);
  });

  it("says what is wrong, and shows no password", () => {
    expect(() => guard.checkUrl("http://user:secret@10.0.0.1/?token=abc")).toThrow(
      'Cannot ask there as the address is of a private network: received "10.0.0.1"',
    );
    expect(() => guard.checkUrl("ftp://user:secret@host/")).toThrow(
      'Cannot ask there as its scheme is not http or https: received "ftp://***@host/"',
    );
    expect(() => guard.checkAddress("127.0.0.1", "rebind.test")).toThrow('received "rebind.test (127.0.0.1)"');
  });

  it("lets no address of a private range through, however it is written", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const privates = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    );
    const radix = fc.constantFrom(
      (n: number) => String(n),
      (n: number) => `0x${n.toString(16)}`,
      (n: number) => `0${n.toString(8)}`,
      (n: number) => `%${String(n).charCodeAt(0).toString(16)}${String(n).slice(1)}`,
    );
    const short = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(privates, fc.array(radix, { minLength: 4, maxLength: 4 }), short, (octets, write, parts) => {
        // The last part of a short form stands for all octets that are left.
        const head = octets.slice(0, parts - 1);
        const tail = octets.slice(parts - 1).reduce((sum, each) => sum * 256 + each, 0);
        const host = [...head, tail].map((part, n) => (write[n] as (n: number) => string)(part)).join(".");
        expect(() => guard.checkUrl(`http://${host}/`)).toThrow(AddressForbiddenError);
        const [a, b, c, d] = octets;
        const dotted = `${a}.${b}.${c}.${d}`;
        for (const form of [`::ffff:${dotted}`, `64:ff9b::${dotted}`, `::${dotted}`]) {
          expect(() => guard.checkAddress(form, "host.test")).toThrow(AddressForbiddenError);
        }
      }),
    );
  });

  it("lets through what it is told to", () => {
    const lenient = new AddressGuard({
      allow: ["127.0.0.1", "10.1.0.0/16", "::1", "intranet.test", "*.inner.test"],
      ports: [80, 443, 8080],
    });
    for (const url of [
      "http://127.0.0.1/",
      "http://0x7f.1:8080/",
      "http://[::1]/",
      "http://10.1.2.3/",
      "http://localhost/",
    ])
      expect(() => lenient.checkUrl(url)).not.toThrow();
    for (const url of ["http://127.0.0.2/", "http://10.2.0.1/", "http://127.0.0.1:22/", "http://example.com:25/"])
      expect(() => lenient.checkUrl(url)).toThrow(AddressForbiddenError);
    expect(() => lenient.checkAddress("10.9.9.9", "intranet.test")).not.toThrow();
    expect(() => lenient.checkAddress("10.9.9.9", "INTRANET.test.")).not.toThrow();
    expect(() => lenient.checkAddress("10.9.9.9", "a.inner.test")).not.toThrow();
    expect(() => lenient.checkAddress("10.9.9.9", "inner.test")).toThrow(AddressForbiddenError);
    expect(() => lenient.checkAddress("10.9.9.9", "evilinner.test")).toThrow(AddressForbiddenError);
    expect(() => lenient.checkAddress("10.9.9.9", "intranet.test.evil.test")).toThrow(AddressForbiddenError);
  });

  it("does not look up what one bad address spoils", async () => {
    const mixed = new AddressGuard({ resolve: async () => ["93.184.216.34", "127.0.0.1"] });
    await expect(mixed.resolve("mixed.test")).rejects.toThrow(AddressForbiddenError);
    await expect(mixed.checkRemote("http://mixed.test/")).rejects.toThrow(AddressForbiddenError);
    const good = new AddressGuard({ resolve: async () => ["93.184.216.34", "2606:2800:220:1::1"] });
    expect(await good.resolve("good.test")).toEqual(["93.184.216.34", "2606:2800:220:1::1"]);
    await good.checkRemote("http://good.test/");
  });

  it("leaves a name that has no address here to the proxy, and never an address", async () => {
    const none = new AddressGuard({ resolve: () => Promise.reject(new Error("no such name")) });
    await none.checkRemote("http://only-there.test/");
    await expect(none.checkRemote("http://127.0.0.1/")).rejects.toThrow(AddressForbiddenError);
    await expect(none.resolve("only-there.test")).rejects.toThrow("no such name");
  });

  it("answers in place of dns.lookup, in each form in which that is asked", () => {
    const guard = new AddressGuard({ resolve: async () => ["2606:2800:220:1::1", "93.184.216.34"] });
    const ask = (options: object): Promise<unknown> =>
      new Promise((resolve) => guard.lookup("good.test", options, (...answer) => resolve(answer)));
    return Promise.all([
      expect(ask({})).resolves.toEqual([null, "2606:2800:220:1::1", 6]),
      expect(ask({ family: 4 })).resolves.toEqual([null, "93.184.216.34", 4]),
      expect(ask({ all: true })).resolves.toMatchObject([null, [{ family: 6 }, { family: 4 }]]),
    ]);
  });

  it.each([
    [{ allow: "10.0.0.0/8" }, "allow must be an array"],
    [{ allow: ["http://host/"] }, "allow holds hosts"],
    [{ allow: [7] }, "allow holds names"],
    [{ allow: ["host:80"] }, "allow holds hosts"],
    [{ ports: [0] }, "ports must be"],
    [{ resolve: true }, "resolve must be a function"],
    [{ allowed: [] }, "the options are allow, ports, resolve"],
  ])("refuses the options %j", (options, why) => {
    expect(() => new AddressGuard(options as object)).toThrow(`Cannot guard addresses as ${why}`);
  });
});
