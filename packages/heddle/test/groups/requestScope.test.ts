import { EventEmitter, once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import {
  allTasks,
  createTask,
  currentTask,
  Event,
  isCancelled,
  moveOnAfter,
  now,
  requestScope,
  run,
  shield,
  sleep,
  type Task,
} from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { after, cleanUpFor, failAfter, tidy } from "../support/tidy.js";

/** A response that a test closes by hand. */
class FakeResponse extends EventEmitter {
  destroyed = false;

  /** The client has got all of it. */
  finish(): void {
    this.emit("finish");
    this.close();
  }

  /** The connection is gone. */
  close(): void {
    this.destroyed = true;
    this.emit("close");
  }

  get listening(): number {
    return this.listenerCount("close") + this.listenerCount("finish");
  }
}

const req = { method: "GET", url: "/page" };

describe("a request", () => {
  it("gives what its handler returns, and removes its listeners", () =>
    tidy(async () => {
      const res = new FakeResponse();
      expect(await requestScope(req, res, async (_req, given) => given === res)).toBe(true);
      expect(res.listening).toBe(0);
    }));

  it("throws what its handler throws, after the tasks of the request were cancelled", () =>
    tidy(async () => {
      const res = new FakeResponse();
      const handler = async (): Promise<void> => {
        createTask(cleanUpFor(5));
        await sleep(10);
        throw new Error("No page");
      };
      const error = await errorOf(() => requestScope(req, res, handler));
      expect([error.message, now(), res.listening]).toEqual(["No page", 15, 0]);
    }));

  it("has the tasks that are created in it, and ends when they have", () =>
    tidy(async () => {
      const inner: Task<string>[] = [];
      const result = await requestScope(req, new FakeResponse(), () => {
        inner.push(createTask(after(50, "written")));
        return "answered";
      });
      expect([result, now(), inner[0]?.result]).toEqual(["answered", 50, "written"]);
    }));

  it("goes on with its tasks when the response was sent and the connection closed", () =>
    tidy(async () => {
      const res = new FakeResponse();
      let written = false;
      await requestScope(req, res, async () => {
        createTask(async () => {
          await sleep(50);
          written = true;
        });
        res.finish();
      });
      expect(written).toBe(true);
    }));

  it("is a task of the run, called by its method and its address", () =>
    tidy(async () => {
      const names: (string | undefined)[] = [];
      await requestScope(req, new FakeResponse(), () => void names.push(currentTask()?.name));
      await requestScope({}, new FakeResponse(), () => void names.push(currentTask()?.name));
      expect(names).toEqual(["GET /page", "request"]);
    }));

  it("reports the error of a task of its that nobody awaits", () =>
    tidy(async ({ reported }) => {
      await requestScope(req, new FakeResponse(), () => void createTask(failAfter(10, "unheard")));
      expect(reported.splice(0)).toEqual([new Error("unheard")]);
    }));
});

describe("a client that disconnects", () => {
  it("cancels the handler and the tasks of the request, and that is no error", () =>
    tidy(async () => {
      const res = new FakeResponse();
      let inner: Task<unknown> | undefined;
      const handling = createTask(() =>
        requestScope(req, res, async () => {
          inner = createTask(cleanUpFor(7));
          await cleanUpFor(5)();
        }),
      );
      await sleep(10);
      res.close();
      expect([await handling, now(), inner?.state, res.listening]).toEqual([undefined, 17, "cancelled", 0]);
    }));

  it("before the handler was called has it meet the cancellation at its first wait", () =>
    tidy(async () => {
      const res = new FakeResponse();
      res.close();
      let error: unknown;
      const result = await requestScope(req, res, async () => {
        error = await errorOf(() => sleep(10));
        throw error;
      });
      expect([result, isCancelled(error), (error as { reason?: unknown }).reason]).toEqual([
        undefined,
        true,
        "the client has disconnected",
      ]);
    }));

  it("does not hide an error of the clean-up", () =>
    tidy(async () => {
      const res = new FakeResponse();
      const handling = createTask(() => errorOf(() => requestScope(req, res, cleanUpFor(5, "broken clean-up"))));
      await sleep(10);
      res.close();
      expect((await handling).message).toBe("broken clean-up");
    }));

  it("touches neither other requests nor the run's own tasks", () =>
    tidy(async () => {
      const [left, right] = [new FakeResponse(), new FakeResponse()];
      const background = createTask(after(30, "background"));
      const first = createTask(() => requestScope(req, left, after(20, "left")));
      const second = createTask(() => requestScope(req, right, after(20, "right")));
      await sleep(10);
      left.close();
      expect(await Promise.all([first, second, background])).toEqual([undefined, "right", "background"]);
    }));
});

describe("a cancellation from outside", () => {
  it("of the caller reaches all of the request, is waited for, and travels on", () =>
    tidy(async () => {
      const res = new FakeResponse();
      const handling = createTask(() =>
        requestScope(req, res, async () => {
          createTask(cleanUpFor(7));
          await sleep(Infinity);
        }),
      );
      await sleep(10);
      await handling.cancelAndWait();
      expect([handling.state, now(), res.listening]).toEqual(["cancelled", 17, 0]);
    }));

  it("of the run reaches it, and the run waits for it, though its caller did not", () =>
    tidy(async () => {
      const res = new FakeResponse();
      let ended = 0;
      const left: Promise<unknown>[] = [];
      await run(async () => {
        left.push(
          requestScope(req, res, async () => {
            try {
              await sleep(Infinity);
            } finally {
              await shield(() => sleep(5));
              ended = now();
            }
          }).catch((error: unknown) => error),
        );
        await sleep(10);
      });
      expect([ended, now(), isCancelled(await left[0])]).toEqual([15, 15, true]);
    }));

  it("by a timeout around it ends it", () =>
    tidy(async () => {
      const result = await moveOnAfter(10, () => requestScope(req, new FakeResponse(), cleanUpFor(5)));
      expect([result, now()]).toEqual([undefined, 15]);
    }));
});

it("refuses what is no response, and no handler", async () => {
  await expectRefused(
    () => requestScope(req, {} as never, () => {}),
    /a response of node:http is needed: received an object/,
  );
  await expectRefused(() => requestScope(req, new FakeResponse(), 5 as never), /a function is needed: received 5/);
});

describe("with a server of node:http", () => {
  type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

  /** Listens while `use` runs, inside of a run, on the real clock. */
  async function serving(
    handler: Handler,
    use: (port: number, ended: Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    await run(
      async () => {
        let end: (result: unknown) => void = () => {};
        const ended = new Promise<unknown>((resolve) => {
          end = resolve;
        });
        const server: Server = createServer((req, res) => {
          requestScope(req, res, handler).then(end, end);
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        try {
          await use((server.address() as AddressInfo).port, ended);
        } finally {
          server.closeAllConnections();
          server.close();
          await once(server, "close");
        }
      },
      { handleSignals: false },
    );
  }

  async function get(port: number, path: string): Promise<string> {
    const sent = request({ port, path, host: "127.0.0.1", agent: false }).end();
    const [res] = (await once(sent, "response")) as [IncomingMessage];
    let body = "";
    for await (const chunk of res) body += chunk;
    return body;
  }

  async function rawRequest(port: number, text: string): Promise<Socket> {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(text);
    return socket;
  }

  it("answers, and a response that was sent is no disconnection", () =>
    serving(
      async (req, res) => {
        await sleep(5);
        res.end(`You asked for ${req.url}`);
        await once(res, "close");
        await sleep(5);
        return "handled";
      },
      async (port, ended) => {
        expect(await get(port, "/a")).toBe("You asked for /a");
        expect(await ended).toBe("handled");
      },
    ));

  it("cancels everything that works for a client that hangs up", async () => {
    const states: string[] = [];
    const started = new Event();
    let inner: Task<unknown> | undefined;
    await serving(
      async (_req, _res) => {
        inner = createTask(cleanUpFor(5));
        started.set();
        try {
          await sleep(Infinity);
        } catch (error) {
          states.push(isCancelled(error) ? String(error.reason) : "failed");
          throw error;
        }
      },
      async (port, ended) => {
        const socket = await rawRequest(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await started.wait();
        socket.destroy();
        expect(await ended).toBeUndefined();
        expect([states, inner?.state]).toEqual([["the client has disconnected"], "cancelled"]);
        expect(allTasks().length).toBe(1);
      },
    );
  });

  it("cancels one that hangs up in the middle of a response", () =>
    serving(
      async (_req, res) => {
        for (;;) {
          res.write("x".repeat(1000));
          await sleep(1);
        }
      },
      async (port, ended) => {
        const socket = await rawRequest(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await once(socket, "data");
        socket.destroy();
        expect(await ended).toBeUndefined();
      },
    ));

  it("cancels one that hangs up in the middle of its body, while the handler reads it", () => {
    const reading = new Event();
    return serving(
      async (req) => {
        const chunks: unknown[] = [];
        req.on("data", (chunk) => {
          chunks.push(chunk);
          reading.set();
        });
        req.on("error", () => {});
        await sleep(Infinity);
      },
      async (port, ended) => {
        const socket = await rawRequest(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it");
        await reading.wait();
        socket.destroy();
        expect(await ended).toBeUndefined();
      },
    );
  });

  it("does not take the end of a request's body for the end of its client", () =>
    serving(
      async (req, res) => {
        let body = "";
        for await (const chunk of req) body += chunk;
        await sleep(20);
        res.end(body);
      },
      async (port) => {
        const sent = request({ port, host: "127.0.0.1", method: "POST", agent: false });
        sent.end("all of it");
        const [res] = (await once(sent, "response")) as [IncomingMessage];
        let body = "";
        for await (const chunk of res) body += chunk;
        expect(body).toBe("all of it");
      },
    ));
});
