import { cancelScope, isCancelled, now, sleep } from "heddle";
import { expect } from "vitest";
import type { Transport, TransportResponse } from "../../src/index.js";
import { classify } from "../../src/index.js";
import type { FaultServer } from "../support/faultServer.js";
import { faultServer, headOf } from "../support/faultServer.js";

/**
 * The promises of `Transport`, each as a check that throws when it is not kept. Every implementation has to
 * pass them all.
 */
export const TRANSPORT_CONTRACT: Readonly<
  Record<string, (transport: Transport, server: FaultServer) => Promise<void>>
> = {
  "returns status, headers and body": async (transport, server) => {
    const response = await get(transport, server, "/page");
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(await text(response)).toBe("hello");
    response.close();
  },

  "asks for the path and the query, with the method and the headers that it is given": async (transport, server) => {
    const url = new URL(`${server.url}/ech%C3%B6?a=b&c#fragment`);
    const response = await transport.request(url, { method: "HEAD", headers: { "x-y": "z", "user-agent": "me" } });
    response.close();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "HEAD", path: "/ech%C3%B6?a=b&c" });
    expect(request?.headers).toMatchObject({ "x-y": "z", "user-agent": "me", host: server.host });
  },

  "returns header values with a character for each byte": async (transport, server) => {
    const response = await get(transport, server, "/raw-header");
    expect(response.headers["location"]).toBe("/\u00c3\u00bc");
    response.close();
  },

  "returns when the headers are there, before the body": async (transport, server) => {
    const response = await get(transport, server, "/stalls-in-body");
    expect(response.status).toBe(200);
    response.close();
    await server.idle();
  },

  "returns every answer, whatever its status, and follows nothing": async (transport, server) => {
    for (const [path, status] of [
      ["/missing", 404],
      ["/broken", 500],
      ["/moved", 302],
    ] as const) {
      const response = await get(transport, server, path);
      expect(response.status).toBe(status);
      response.close();
    }
  },

  "does not decompress": async (transport, server) => {
    const response = await get(transport, server, "/gzip");
    expect(await text(response)).toBe("not really gzip");
    response.close();
  },

  "throws what can be classified when there is no answer": async (transport, server) => {
    expect(await failure(() => get(transport, server, "/resets"))).toBe("reset");
    expect(await failure(() => get(transport, server, "/garbage"))).toBe("protocol");
  },

  "throws for a body that ends before it is complete": async (transport, server) => {
    for (const path of ["/short", "/cut-chunks"]) {
      const response = await get(transport, server, path);
      expect(await failure(() => text(response))).toBe("truncated");
      response.close();
    }
  },

  "throws a cancellation at once while it waits for the headers, and cuts the connection": async (
    transport,
    server,
  ) => {
    await cancelled(() => get(transport, server, "/stalls"));
    await server.idle();
  },

  "throws a cancellation at once while the body is read, and cuts the connection": async (transport, server) => {
    await cancelled(async () => text(await get(transport, server, "/stalls-in-body")));
    await server.idle();
  },

  "does not ask in a scope that is cancelled": async (transport, server) => {
    await cancelScope(async (scope) => {
      scope.cancel();
      await get(transport, server, "/page");
    });
    expect(server.log).toEqual([]);
  },

  "gives up a body that nobody reads, and does not mind being closed twice": async (transport, server) => {
    const response = await get(transport, server, "/endless");
    response.close();
    response.close();
    await server.idle();
  },

  "uses a connection again after a body that was read": async (transport, server) => {
    for (let n = 0; n < 3; n++) {
      const response = await get(transport, server, "/page");
      await text(response);
      response.close();
      // The connection is free in the event loop's next turn.
      await sleep(1);
    }
    expect(server.connections).toBe(1);
  },

  "lets go of its connections when it is closed": async (transport, server) => {
    const response = await get(transport, server, "/page");
    await text(response);
    response.close();
    await transport.close();
    await server.idle();
  },
};

/** A fresh server for each check. */
export function contractServer(): Promise<FaultServer> {
  return faultServer({
    "/page": ({ raw }) =>
      raw(`${headOf({ body: "hello" }).replace("\r\n", "\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n")}hello`),
    "/ech%C3%B6": ({ raw }) => raw(headOf({ body: "hello" })),
    "/broken": ({ send }) => send({ status: 500, body: "oops" }),
    "/raw-header": ({ raw }) => raw(Buffer.from(headOf({ headers: { location: "/\u00c3\u00bc" } }), "latin1")),
    "/moved": ({ send }) => send({ status: 302, headers: { location: "/page" } }),
    "/gzip": ({ send }) => send({ headers: { "content-encoding": "gzip" }, body: "not really gzip" }),
    "/stalls": () => {},
    "/stalls-in-body": ({ raw }) => raw(`${headOf({ headers: { "content-length": "100" } })}some`),
    "/endless": ({ raw }) => raw(`${headOf({ headers: { "content-length": "100000000" } })}${"x".repeat(500_000)}`),
    "/resets": ({ reset }) => reset(),
    "/garbage": ({ raw }) => raw("SSH-2.0-OpenSSH_9.2\r\n"),
    "/short": ({ raw, end }) => {
      raw(`${headOf({ headers: { "content-length": "100" } })}some`);
      end();
    },
    "/cut-chunks": ({ raw, end }) => {
      raw(`${headOf({ headers: { "transfer-encoding": "chunked" } })}4\r\nsome\r\n`);
      end();
    },
  });
}

function get(transport: Transport, server: FaultServer, path: string): Promise<TransportResponse> {
  return transport.request(new URL(server.url + path), { method: "GET", headers: {} });
}

async function text(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function failure(fn: () => Promise<unknown>): Promise<string> {
  const error: unknown = await fn().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return classify(error, error === undefined ? "head" : "body").outcome;
}

/** Cancels `fn` after a moment, and checks that it noticed at once, by the right error. */
async function cancelled(fn: () => Promise<unknown>): Promise<void> {
  let thrown: unknown;
  let at = 0;
  await cancelScope(
    async (scope) => {
      try {
        await fn();
      } catch (error) {
        thrown = error;
        at = now() - scope.deadline;
        throw error;
      }
    },
    { timeout: 30 },
  );
  expect(isCancelled(thrown)).toBe(true);
  expect(at).toBeLessThan(500);
}
