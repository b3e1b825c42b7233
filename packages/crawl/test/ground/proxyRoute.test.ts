import { describe, expect, it } from "vitest";
import { proxyCredentials, proxyPort, proxyRoute } from "../../src/ground/proxyRoute.js";

describe("proxyRoute()", () => {
  it.each([
    ["http://host:3128", "http://host:3128", "http://host:3128"],
    ["host:3128", "http://host:3128", "http://host:3128"],
    ["user:p%40ss@host:3128", "http://user:p%40ss@host:3128", "http://host:3128"],
    ["https://u:p@host", "https://u:p@host", "https://host:443"],
    ["socks5h://u:p@host", "socks5://u:p@host", "socks5://host:1080"],
    ["socks://[::1]:9050", "socks5://[::1]:9050", "socks5://[::1]:9050"],
  ])("understands %s", (given, url, label) => {
    const route = proxyRoute(given);
    expect(route.url.href.replace(/\/$/, "")).toBe(url);
    expect(route.label).toBe(label);
    expect(route.trusted).toBe(false);
  });

  it.each(["ftp://u:secret@host", "socks4://u:secret@host", "http://u:secret@", "u:secret@host:99999", "u:secret@h:0"])(
    "refuses %s, and does not show its password",
    (given) => {
      expect(() => proxyRoute(given)).toThrow(/^Cannot use a proxy as /);
      expect(() => proxyRoute(given)).not.toThrow(/secret/);
    },
  );

  it("refuses what is no text", () => {
    expect(() => proxyRoute(7 as unknown as string)).toThrow(
      "Cannot use a proxy as it must be a string or a URL: received 7",
    );
  });

  it("gives the credentials as they are meant, and the usual port", () => {
    expect(proxyCredentials(proxyRoute("us%3Aer:p%40%ss@host").url)).toEqual({ user: "us:er", password: "p%40%ss" });
    expect(proxyCredentials(proxyRoute("u:p%40@host").url)).toEqual({ user: "u", password: "p@" });
    expect(proxyCredentials(proxyRoute("host").url)).toBeUndefined();
    expect(proxyPort(proxyRoute("https://host").url)).toBe(443);
  });
});
