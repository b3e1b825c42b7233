import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lookup } from "node:dns";
import { once } from "node:events";
import { stat } from "node:fs";
import { stat as statLater } from "node:fs/promises";
import { Agent, createServer, get } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { connect, createServer as createNetServer } from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { describe, expect, it } from "vitest";
import { onThisRuntime } from "./differences.js";
import type { Gate } from "./whoRuns.js";
import { gate, whoRuns } from "./whoRuns.js";

/** Starts to listen and says on which port. */
async function listen(server: Server, listening: Gate<number>): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  listening.open((server.address() as AddressInfo).port);
}

describe("the context of work that is done outside of JavaScript", () => {
  it("is the caller's in a callback, of files, names, compression, random bytes and commands", async () => {
    const seen = await whoRuns(
      (note) => ({
        caller() {
          stat(process.execPath, () => note("stat()"));
          lookup("127.0.0.1", () => note("lookup()"));
          gzip("x", () => note("gzip()"));
          randomBytes(8, () => note("randomBytes()"));
          execFile(process.execPath, ["--version"], () => note("execFile()"));
        },
      }),
      { notes: 5 },
    );
    expect(seen.sort()).toEqual([
      "execFile() in caller",
      "gzip() in caller",
      "lookup() in caller",
      "randomBytes() in caller",
      "stat() in caller",
    ]);
  });

  it("is the waiter's after node:fs/promises and after a promisified call", async () => {
    const seen = await whoRuns(
      (note) => ({
        async first() {
          await statLater(process.execPath);
          note("after stat()");
        },
        async second() {
          await promisify(gzip)("x");
          note("after gzip()");
        },
      }),
      { notes: 2 },
    );
    expect(seen.sort()).toEqual(["after gzip() in second", "after stat() in first"]);
  });

  it("is the spawner's for the end of a child process, and for its output except on Bun and Deno", async () => {
    const seen = await whoRuns(
      (note) => {
        let child: ReturnType<typeof spawn> | undefined;
        return {
          spawner() {
            child = spawn(process.execPath, ["--version"]);
          },
          listener() {
            child!.stdout!.once("data", () => note("data"));
            child!.once("exit", () => note("exit"));
            child!.once("close", () => note("close"));
          },
        };
      },
      { notes: 3 },
    );
    expect(seen.sort()).toEqual(["close in spawner", `data in ${onThisRuntime("childOutput")}`, "exit in spawner"]);
  });

  it("is the listening task's for the requests of a node:http server, except on Deno", async () => {
    const server = createServer();
    const seen = await whoRuns(
      (note) => {
        const listening = gate<number>();
        server.on("request", (request, response) => {
          note("request");
          request.resume().on("end", () => {
            note("request's end");
            response.end("ok");
          });
          response.on("close", () => note("response's close"));
        });
        return {
          server: () => listen(server, listening),
          async client() {
            get({ port: await listening.opened, agent: false }, (response) => response.resume());
          },
        };
      },
      { notes: 3 },
    );
    server.close();
    const who = onThisRuntime("httpServer");
    expect(seen).toEqual([`request in ${who}`, `request's end in ${who}`, `response's close in ${who}`]);
  });

  it("is each requester's for the responses that a node:http client gets over one connection", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const server = createServer((_, response) => response.end("ok"));
    const seen = await whoRuns(
      (note) => {
        const listening = gate<number>();
        const request = async (): Promise<void> => {
          const port = await listening.opened;
          get({ port, agent }, (response) => {
            note("response");
            response.once("data", () => note("data"));
            response.once("end", () => note("end"));
          });
        };
        return { server: () => listen(server, listening), first: request, second: request };
      },
      { notes: 6 },
    );
    agent.destroy();
    server.close();
    expect(seen.sort()).toEqual([
      "data in first",
      "data in second",
      "end in first",
      "end in second",
      "response in first",
      "response in second",
    ]);
  });

  it("is the waiter's after fetch() and after the body", async () => {
    const server = createServer((_, response) => response.end("ok"));
    const seen = await whoRuns(
      (note) => {
        const listening = gate<number>();
        return {
          server: () => listen(server, listening),
          async client() {
            const response = await fetch(`http://127.0.0.1:${await listening.opened}`);
            note("after fetch()");
            await response.text();
            note("after text()");
          },
        };
      },
      { notes: 2 },
    );
    server.closeAllConnections();
    server.close();
    expect(seen).toEqual(["after fetch() in client", "after text() in client"]);
  });

  it("is the connecting task's for a node:net client, as long as Deno knows it, and not to be relied on in the server", async () => {
    const server = createNetServer();
    const seen = await whoRuns(
      (note) => {
        const listening = gate<number>();
        server.on("connection", (socket) => {
          note("connection");
          socket.on("data", () => {
            note("server's data");
            socket.end("bye");
          });
        });
        return {
          server: () => listen(server, listening),
          async client() {
            const socket = connect(await listening.opened, "127.0.0.1");
            socket.on("connect", () => note("connect"));
            socket.on("data", () => note("data"));
            socket.on("close", () => note("close"));
            socket.write("hi");
          },
        };
      },
      { notes: 5 },
    );
    server.close();
    expect(seen.sort()).toEqual(
      [
        "connect in client",
        "connection in server",
        `close in ${onThisRuntime("netClient")}`,
        `data in ${onThisRuntime("netClient")}`,
        `server's data in ${onThisRuntime("netServer")}`,
      ].sort(),
    );
  });
});
