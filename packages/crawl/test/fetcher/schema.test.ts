import { InvalidArgumentError } from "heddle";
import { describe, expect, it } from "vitest";
import type { FetchAllOptions, FetcherOptions } from "../../src/index.js";
import { createFetcher, fetchAll, getPage, HostLimits, UndiciTransport } from "../../src/index.js";
import { AddressGuard } from "../../src/network/addressGuard.js";

describe("the options of a fetch", () => {
  it.each<[Record<string, unknown>, string]>([
    [{ timeout: 0 }, "timeout must be a number of milliseconds, 1 or more: received 0"],
    [{ timeout: "5s" }, 'timeout must be a number of milliseconds, 1 or more: received "5s" (a string)'],
    [{ stallTimeout: NaN }, "stallTimeout must be a number of milliseconds, 1 or more: received NaN"],
    [{ retries: -1 }, "retries must be a whole number, 0 or more: received -1"],
    [{ retries: 1.5 }, "received 1.5"],
    [{ retries: Infinity }, "received Infinity"],
    [{ maxRetryAfter: -1 }, "maxRetryAfter must be a number of milliseconds, 0 or more: received -1"],
    [{ maxRedirects: null }, "maxRedirects must be a whole number, 0 or more: received null"],
    [{ maxBytes: 0 }, "maxBytes must be a whole number, 1 or more: received 0"],
    [{ maxBytes: 1e12 }, "received 1000000000000"],
    [{ backoff: 5 }, "backoff must be an object: received 5"],
    [{ backoff: { base: Infinity } }, "backoff.base must be a number of milliseconds, 0 or more and not Infinity"],
    [{ backoff: { random: 0.5 } }, "backoff.random must be a function: received 0.5"],
    [{ backoff: { max: 5 } }, 'the options are base, cap, random: received "max"'],
    [{ headers: ["a"] }, "headers must be"],
    [{ headers: { a: 1 } }, 'the header "a" must be a string: received 1'],
    [{ headers: { "a b": "1" } }, 'the header "a b" cannot be sent'],
    [{ headers: { a: "1\r\nb: 2" } }, 'the header "a" cannot be sent'],
    [{ userAgent: "ü\n" }, 'the header "user-agent" cannot be sent'],
    [{ transport: {} }, "transport must have request() and close(): received an object"],
    [{ limits: {} }, "limits must have admit(): received an object"],
    [{ probe: 1 }, "probe must be"],
    [{ timeOut: 5 }, 'there is no such option (perhaps timeout was meant): received "timeOut"'],
    [{ nonsense: 5 }, 'there is no such option: received "nonsense"'],
  ])("refuses %j at the call", async (options, message) => {
    const error: unknown = await getPage("http://a.test/", options as FetcherOptions).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toMatch(/^Cannot fetch a page as /);
    expect((error as Error).message).toContain(message);
    expect(() => fetchAll([], options as FetchAllOptions)).toThrow(/^Cannot fetch pages as /);
    expect(() => createFetcher(options as FetcherOptions)).toThrow(/^Cannot make a fetcher as /);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ concurrency: 0 }, "concurrency must be a whole number, 1 or more: received 0"],
    [{ concurrency: Infinity }, "received Infinity"],
    [{ perHost: 0 }, "perHost must be a whole number, 1 or more: received 0"],
    [{ perHost: 2, limits: new HostLimits() }, "perHost is a matter of the limits where these are given: received 2"],
    [{ ordered: "yes" }, 'ordered must be true or false: received "yes" (a string)'],
    [{ limit: null }, "limit must be a whole number, 1 or more, or Infinity: received null"],
    [{ offline: true }, "offline is about the cache, and there is none: received true"],
    [{ staleIfError: 5 }, "staleIfError is about the cache, and there is none: received 5"],
    [{ staleWhileRevalidate: true }, "staleWhileRevalidate is about the cache, and there is none: received true"],
    [{ staleWhileRevalidate: 5, cache: ":memory:" }, "staleWhileRevalidate must be true or false: received 5"],
    [{ allow: ["10.0.0.0/8"] }, "allow is about the guard, and there is none: received an array"],
    [{ allow: ["10.0.0.0/8"], guard: new AddressGuard() }, "allow is a matter of the guard that is given"],
    [{ perhost: 2 }, 'there is no such option (perhaps perHost was meant): received "perhost"'],
  ])("refuses %j for many pages at the call, before anything is iterated", (options, message) => {
    expect(() => fetchAll([], options as FetchAllOptions)).toThrow(message);
  });

  it.each([
    ["http://a.test/", "a list is needed, fetchAll([url]): received"],
    [5, "the URLs must be iterable or async iterable: received 5"],
    [null, "received null"],
  ])("refuses %j in place of many URLs", (urls, message) => {
    expect(() => fetchAll(urls as unknown as string[])).toThrow(message);
  });

  it.each([5, null, undefined, {}])("refuses %j in place of a URL", async (url) => {
    await expect(getPage(url as unknown as string)).rejects.toThrow("the URL must be a string or a URL");
  });

  it.each([
    { keepAlive: 0 },
    { maxHeaderBytes: 1.5 },
    { ca: 5 },
    { insecure: 1 },
    { insecure: true, ca: "" },
    { secure: true },
  ])("refuses %j for a transport", (options) => {
    expect(() => new UndiciTransport(options as object)).toThrow(/^Cannot make a transport as /);
  });
});
