import { cancelScope, isCancelled, now, sleep } from "heddle";
import { expect } from "vitest";
import { classify } from "../../src/ground/classify.js";
import { proxyRoute } from "../../src/ground/proxyRoute.js";
import type { Transport, TransportRequest, TransportResponse } from "../../src/ground/transport.js";
import { AddressGuard } from "../../src/network/addressGuard.js";
import { page } from "../faults/bodies.js";
import type { FaultServer } from "../faults/faultServer.js";

/** What an implementation can do: its cases for the rest are left out. */
export interface TransportSkills {
  /** Returns redirects as they are. A browser follows them by itself. Default true. */
  redirects?: boolean;
  /** Gives the body as it came, not decompressed. Default true. */
  raw?: boolean;
  /** Gives the body while it comes, and notices one that is cut. Default true. */
  streams?: boolean;
  /** Gives the headers before even a small body is there. Default: as `streams`. */
  prompt?: boolean;
  /** Keeps connections and uses them again. Default true. */
  reuses?: boolean;
  /** Sends the method, the headers and the body that it is given, and no other ones. Default true. */
  exact?: boolean;
  /** Returns the values of headers with a character for each byte. Default true. */
  latin1?: boolean;
  /** Goes through proxies of these schemes. Default: none. */
  proxies?: readonly ("http" | "https" | "socks5")[];
  /** Takes a guard. Default true. */
  guards?: boolean;
}

/** One implementation, and how it is made. */
export interface TransportUnderTest extends TransportSkills {
  make(options: { guard?: AddressGuard }): Transport | Promise<Transport>;
}

/** A real proxy for the cases that need one. */
export interface ProxyUnderTest {
  readonly url: string;
  /** Whom it has connected, as "host:port"; undefined for one that does not tell. */
  readonly seen?: readonly string[];
}

export interface Surroundings {
  readonly server: FaultServer;
  /** By scheme; one that is missing is skipped. */
  readonly proxies?: Readonly<Partial<Record<string, ProxyUnderTest>>>;
}

export interface TransportCase {
  readonly name: string;
  /** The scheme of the proxy that has to be there. */
  readonly needs?: string;
  run(around: Surroundings): Promise<void>;
}

/**
 * The promises of `Transport`, each as a check that throws when it is not kept:
 *
 *     for (const { name, run } of transportCases({ make: () => new UndiciTransport() })) it(name, () => run(around));
 */
export function transportCases(subject: TransportUnderTest): readonly TransportCase[] {
  const { redirects = true, raw = true, streams = true, prompt = streams, reuses = true, exact = true } = subject;
  const { latin1 = true, proxies = [], guards = true } = subject;
  const cases: TransportCase[] = [];
  const add = (can: boolean, name: string, body: (talk: Talk) => Promise<void>, needs?: string): void => {
    if (!can) return;
    cases.push({
      name,
      ...(needs === undefined ? {} : { needs }),
      run: async (around) => {
        around.server.reset();
        const talk = new Talk(subject, around);
        try {
          await body(talk);
        } finally {
          await talk.close();
        }
      },
    });
  };

  add(true, "R1 returns status, headers and body", async ({ server, get }) => {
    const response = await get(server.urlOf("page", { bytes: 500 }));
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(await text(response)).toContain("A good page");
    response.close();
  });

  add(true, "R1 hands the same body over as it comes, where it can", async ({ server, get }) => {
    for (const fault of ["page", "chunked", "close-delimited", "drip", "no-content"]) {
      const whole = await get(server.urlOf(fault));
      const response = await get(server.urlOf(fault));
      if (response.collect !== undefined) expect(await collected(response)).toBe(await text(whole));
      whole.close();
      response.close();
    }
  });

  add(exact, "R1 returns every field of several", async ({ server, get }) => {
    const response = await get(server.urlOf("cookies", { times: 3 }));
    expect(response.headers["set-cookie"]).toEqual(["c0=v0; Path=/", "c1=v1; Path=/", "c2=v2; Path=/"]);
    response.close();
  });

  add(exact, "R1 asks for the path and the query, with the method and the headers that it is given", async (talk) => {
    const { server } = talk;
    const url = new URL(`${server.origin}/ech%C3%B6?a=b&c#fragment`);
    const response = await talk.ask(url, { method: "HEAD", headers: { "x-y": "z", "user-agent": "me" } });
    response.close();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "HEAD", path: "/ech%C3%B6?a=b&c" });
    expect(request?.headers).toMatchObject({ "x-y": "z", host: server.host });
  });

  add(exact, "R1 sends a body with its length", async ({ server, ask }) => {
    for (const body of ["a=b&ü", Buffer.from("a=b&ü")]) {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const response = await ask(server.urlOf("echo"), { method: "POST", headers, body });
      expect(JSON.parse(await text(response))).toMatchObject({
        method: "POST",
        body: "a=b&ü",
        headers: { "content-length": "6", "content-type": "application/x-www-form-urlencoded" },
      });
      response.close();
    }
  });

  add(latin1, "R1 returns header values with a character for each byte", async ({ server, get }) => {
    const response = await get(server.urlOf("raw-header"));
    expect(response.headers["x-raw"]).toBe("\u00c3\u00bc");
    response.close();
  });

  add(prompt, "R1 returns when the headers are there, before the body", async ({ server, get }) => {
    const response = await get(server.urlOf("stall-in-body"));
    expect(response.status).toBe(200);
    response.close();
    await server.idle();
  });

  add(streams, "R1 returns when the headers are there, before a body of unknown length", async ({ server, get }) => {
    const response = await get(server.urlOf("stall-in-chunks"));
    expect(response.status).toBe(200);
    response.close();
    await server.idle();
  });

  add(true, "R1 is not confused by answers that come before the answer", async ({ server, get }) => {
    for (const fault of ["early-hints", "processing-102"]) {
      const response = await get(server.urlOf(fault));
      expect(response.status).toBe(200);
      expect(await text(response)).toBe(page());
      response.close();
    }
  });

  add(true, "R1 understands every way in which a body can end", async ({ server, get }) => {
    for (const fault of ["page", "chunked", "close-delimited", "http-1.0", "connection-close", "drip"]) {
      const response = await get(server.urlOf(fault));
      expect((await text(response)).length).toBeGreaterThan(20);
      response.close();
    }
  });

  add(raw, "R1 gives no body where there is none", async ({ server, get }) => {
    for (const [fault, status] of [
      ["no-content", 204],
      ["not-modified", 304],
    ] as const) {
      const response = await get(server.urlOf(fault));
      expect(response.status).toBe(status);
      expect(await text(response)).toBe("");
      response.close();
    }
  });

  add(true, "R2 returns every answer, whatever its status", async ({ server, get }) => {
    for (const [fault, status] of [
      ["not-found", 404],
      ["server-error", 500],
      ["unavailable", 503],
      ["rate-limit-forever", 429],
      ["unauthorized", 401],
    ] as const) {
      const response = await get(server.urlOf(fault));
      expect(response.status).toBe(status);
      response.close();
    }
  });

  add(redirects, "R2 follows nothing", async ({ server, get }) => {
    const response = await get(server.urlOf("redirect-chain"));
    expect(response.status).toBe(302);
    expect(response.headers["location"]).toBe("/redirect-chain?length=2&status=302");
    response.close();
    expect(server.requests).toHaveLength(1);
  });

  add(raw, "R2 keeps no cookies", async ({ server, get }) => {
    for (let n = 0; n < 2; n++) {
      const response = await get(server.urlOf("cookies"));
      await text(response);
      response.close();
    }
    expect(server.requests.map(({ headers }) => headers["cookie"])).toEqual([undefined, undefined]);
  });

  add(raw, "R1 does not decompress", async ({ server, get }) => {
    for (const fault of ["gzip", "br", "zstd", "gzip-garbage"]) {
      const response = await get(server.urlOf(fault));
      expect(response.headers["content-encoding"]).toBeDefined();
      expect(await text(response)).not.toBe(page());
      response.close();
    }
  });

  const nothing = [
    ["refuse-connection", "refused"],
    ["reset-on-accept", "reset"],
    ["reset-after-request", "reset"],
    ["reset-in-headers", "reset"],
    ["close-after-request", "reset"],
    ["garbage", "protocol"],
    ["tls-garbage", "tls"],
  ] as const;
  for (const [fault, outcome] of nothing) {
    add(true, `R3 throws what can be classified for ${fault}`, async ({ server, get }) => {
      expect(await outcomeOf(() => get(server.urlOf(fault)))).toBe(outcome);
    });
  }

  for (const fault of ["close-in-body", "close-in-chunks", "reset-in-body", "reset-in-chunks", "chunk-without-last"]) {
    add(streams, `R5 throws for a body that ends before it is complete: ${fault}`, async ({ server, get }) => {
      for (const read of [text, collected]) {
        const outcome = await outcomeOf(async () => read(await get(server.urlOf(fault))), "body");
        expect(["truncated", "reset"]).toContain(outcome);
      }
    });
  }

  const stalls = [
    "stall-on-accept",
    "tls-stall",
    "stall-after-request",
    "stall-in-headers",
    "stall-after-headers",
    "stall-in-body",
    "stall-in-chunks",
    "drip-endless",
  ];
  for (const fault of stalls) {
    add(true, `R4 is cancelled at once and lets go of the connection: ${fault}`, async ({ server, get }) => {
      for (const read of [text, collected]) {
        await cancelled(server, async () => read(await get(server.urlOf(fault))));
        await within(2000, "the connection to be cut", server.idle());
      }
    });
  }

  add(true, "R4 does not ask in a scope that is cancelled", async ({ server, get }) => {
    await cancelScope(async (scope) => {
      scope.cancel();
      await get(server.urlOf("page"));
    });
    expect(server.requests).toHaveLength(0);
  });

  add(true, "R4 cancels one of many, and none of the others", async ({ server, get }) => {
    const others = Array.from({ length: 5 }, async (_, id) => text(await get(server.urlOf("drip", { id }))));
    await cancelled(server, async () => text(await get(server.urlOf("stall-in-body"))));
    for (const body of await Promise.all(others)) expect(body.replaceAll("x", "").length).toBeLessThan(200);
  });

  add(streams, "R6 gives up a body that nobody reads, and may be closed twice", async ({ server, get }) => {
    const response = await get(server.urlOf("endless"));
    response.close();
    response.close();
    await within(2000, "the connection to be cut", server.idle());
  });

  add(streams, "R6 gives up a body in the middle", async ({ server, get }) => {
    const response = await get(server.urlOf("endless"));
    for await (const chunk of response.body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    response.close();
    await within(2000, "the connection to be cut", server.idle());
  });

  add(streams, "R6 gives up a body that its reader has had enough of", async ({ server, get }) => {
    const response = await get(server.urlOf("endless"));
    let bytes = 0;
    const enough = new Error("That is enough");
    const read = response.collect?.((chunk) => {
      bytes += chunk.length;
      if (bytes > 100_000) throw enough;
    });
    if (read === undefined) response.close();
    else await expect(read).rejects.toBe(enough);
    await within(2000, "the connection to be cut", server.idle());
  });

  add(streams, "R6 reads no more of a body than is asked for, give or take what is on the way", async (talk) => {
    const response = await talk.get(talk.server.urlOf("endless"));
    const before = process.memoryUsage();
    for await (const chunk of response.body) {
      expect(chunk.length).toBeGreaterThan(0);
      await sleep(100);
      break;
    }
    const after = process.memoryUsage();
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(64 * 1024 * 1024);
    response.close();
  });

  add(reuses, "uses a connection again after a body that was read", async ({ server, get }) => {
    for (let n = 0; n < 3; n++) {
      const response = await get(server.urlOf("page"));
      await text(response);
      response.close();
      // The connection is free in the event loop's next turn.
      await sleep(20);
    }
    expect(server.connections).toBe(1);
  });

  add(true, "lets go of its connections when it is closed", async ({ server, get, close }) => {
    const response = await get(server.urlOf("page"));
    await text(response);
    response.close();
    await close();
    await within(2000, "the connections to be closed", server.idle());
  });

  add(guards, "R8 asks nowhere that the guard does not let it, by address, by name and by notation", async (talk) => {
    const { server, guarded } = talk;
    const { port } = server;
    for (const host of ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]) {
      const ask = guarded({}, new URL(`http://${host}:${port}/page`));
      expect(await outcomeOf(() => ask)).toBe("forbidden");
    }
    const named = new AddressGuard({ resolve: async () => ["127.0.0.1"] });
    expect(await outcomeOf(() => guarded({ guard: named }, new URL(`http://inner.test:${port}/page`)))).toBe(
      "forbidden",
    );
    expect(await outcomeOf(() => guarded({}, new URL("ftp://example.com/")))).toBe("forbidden");
    expect(server.requests).toHaveLength(0);
    expect(server.connections).toBe(0);
  });

  add(guards, "R8 connects to the address that was looked at", async ({ server, guarded }) => {
    const asked: string[] = [];
    const guard = new AddressGuard({
      allow: ["127.0.0.1"],
      resolve: async (host) => {
        asked.push(host);
        // Whoever asks twice is told something else the second time.
        return asked.length === 1 ? ["127.0.0.1"] : ["10.0.0.1"];
      },
    });
    const response = await guarded({ guard }, new URL(`http://rebinding.test:${server.port}/page`));
    expect(await text(response)).toBe(page());
    response.close();
    expect(server.requests[0]?.headers["host"]).toBe(`rebinding.test:${server.port}`);
  });

  add(proxies.length === 0, "R9 refuses a proxy, as it cannot go through one", async ({ server, ask }) => {
    const proxy = proxyRoute("http://127.0.0.1:1");
    await expect(ask(server.urlOf("page"), { method: "GET", headers: {}, proxy })).rejects.toThrow(/^Cannot /);
    expect(server.requests).toHaveLength(0);
  });

  for (const scheme of proxies) {
    const through = (url: string, name: string): TransportRequest & { name: string } => ({
      method: "GET",
      headers: {},
      proxy: proxyRoute(url),
      name,
    });
    add(
      true,
      `R7 goes through a proxy: ${scheme}`,
      async ({ server, ask, proxy }) => {
        for (let n = 0; n < 2; n++) {
          const response = await ask(server.urlOf("page"), through(proxy(scheme).url, "page"));
          expect(response.status).toBe(200);
          expect(await text(response)).toBe(page());
          response.close();
        }
        const { seen } = proxy(scheme);
        if (seen !== undefined) expect(seen).toContain(server.host);
      },
      scheme,
    );

    add(
      true,
      `R7 is cancelled through a proxy, and lets go of the connection: ${scheme}`,
      async ({ server, ask, proxy }) => {
        for (const fault of ["stall-after-request", "stall-in-body"]) {
          const asked = server.requests.length;
          await cancelled(server, async () => text(await ask(server.urlOf(fault), through(proxy(scheme).url, fault))), {
            requests: asked + 1,
          });
          await within(3000, "the connection to be cut", server.idle());
        }
      },
      scheme,
    );

    add(
      true,
      `R7 never takes the proxy's failures for the site's: ${scheme}`,
      async ({ server, ask, proxy }) => {
        const ways = [`${scheme}://127.0.0.1:1`, proxy(scheme).url.replace(/:[^:/@]+@/, ":wrong@")];
        for (const way of ways.filter((each, n) => n === 0 || each !== proxy(scheme).url)) {
          expect(await outcomeOf(() => ask(server.urlOf("page"), through(way, "page")))).toBe("proxy");
        }
        const dead = server.urlOf("refuse-connection");
        expect(await outcomeOf(() => ask(dead, through(proxy(scheme).url, "dead")))).toBe("proxy");
        expect(server.requests).toHaveLength(0);
      },
      scheme,
    );
  }
  return cases;
}

/** What a case has at hand. Its methods are fields, so that they can be taken out of it. */
class Talk {
  readonly server: FaultServer;
  readonly #subject: TransportUnderTest;
  readonly #around: Surroundings;
  readonly #made: Transport[] = [];
  #usual: Transport | undefined;

  constructor(subject: TransportUnderTest, around: Surroundings) {
    this.server = around.server;
    this.#subject = subject;
    this.#around = around;
  }

  readonly ask = async (url: URL, options: TransportRequest): Promise<TransportResponse> => {
    if (this.#usual === undefined) {
      this.#usual = await this.#subject.make({});
      this.#made.push(this.#usual);
    }
    return this.#usual.request(url, options);
  };

  readonly get = (url: URL): Promise<TransportResponse> => this.ask(url, { method: "GET", headers: {} });

  readonly guarded = async (options: { guard?: AddressGuard }, url: URL): Promise<TransportResponse> => {
    const transport = await this.#subject.make({ guard: options.guard ?? new AddressGuard() });
    this.#made.push(transport);
    return transport.request(url, { method: "GET", headers: {} });
  };

  readonly proxy = (scheme: string): ProxyUnderTest => {
    const proxy = this.#around.proxies?.[scheme];
    if (proxy === undefined) throw new Error(`The case needs a proxy: ${scheme}`);
    return proxy;
  };

  readonly close = async (): Promise<void> => {
    this.#usual = undefined;
    for (const transport of this.#made.splice(0)) await transport.close();
  };
}

export async function text(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** As `text()`, by the shorter way where the transport has one. */
async function collected(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (response.collect === undefined) return text(response);
  await response.collect((chunk) => chunks.push(chunk));
  return Buffer.concat(chunks).toString();
}

export async function outcomeOf(fn: () => Promise<unknown>, phase: "head" | "body" = "head"): Promise<string> {
  const error: unknown = await fn().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return classify(error, phase).outcome;
}

/** Cancels `fn` when its connection is there and a moment has passed; checks that it noticed at once. */
async function cancelled(
  server: FaultServer,
  fn: () => Promise<unknown>,
  until: { requests?: number } = {},
): Promise<void> {
  let thrown: unknown;
  let late = 0;
  await cancelScope(async (scope) => {
    const ended = fn().catch((error: unknown) => {
      thrown = error;
      late = now() - at;
    });
    let at = 0;
    const met = until.requests === undefined ? server.connected(1) : server.asked(until.requests);
    await within(5000, "the connection to be made", met);
    await sleep(30);
    at = now();
    scope.cancel("enough");
    await within(2000, "the cancellation to be noticed", ended);
  });
  expect(isCancelled(thrown)).toBe(true);
  expect(late).toBeLessThan(1000);
}

/** Real time, and no scope's: whoever cheats must not be helped by a cancellation. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Waited ${ms} ms for ${what}`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
