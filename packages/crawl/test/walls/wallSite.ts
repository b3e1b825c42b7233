import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { TLSSocket } from "node:tls";
import type { TlsClientHelloMessage } from "read-tls-client-hello";
import { isGREASE, readTlsClientHello } from "read-tls-client-hello";
import { selfSigned } from "../support/selfSigned.js";

/** What a wall knows of whoever asks. */
export interface Caller {
  readonly path: string;
  readonly method: string;
  /** The address that the connection comes from. */
  readonly address: string;
  readonly cookie: string;
  readonly headers: IncomingMessage["headers"];
  /** The fields of a form that was sent. */
  readonly form: URLSearchParams;
  /** Without TLS undefined. Whether it shakes hands as Chromium's children do, with values that mean nothing among the others. */
  readonly greases: boolean | undefined;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly html?: string;
}

export interface WallSite {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly callers: Caller[];
  close(): Promise<void>;
}

const TEXT = "More than a few words, so that nobody takes it for a page without content. ".repeat(20);

/** What everybody has come for. */
export const GOODS: Reply = { html: `<title>Goods</title><h1>The goods</h1><p>${TEXT}</p>` };

/** Of the kind that Akamai shows. */
export const DENIED: Reply = {
  status: 403,
  html: `<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>
    You don't have permission to access "http&#58;&#47;&#47;site" on this server.<p>
    Reference&#32;&#35;18&#46;2d351ab8&#46;1697&#46;a4ffaa</body></html>`,
};

/** Filled by its script, which asks for the rest after it was loaded. */
export const SHELL: Reply = {
  html: `<!doctype html><title>App</title><div id="root"></div><script src="/app.js"></script>`,
};

export const APP: Reply = {
  headers: { "content-type": "text/javascript" },
  html: `fetch("/data").then((r) => r.text()).then((text) => { document.querySelector("#root").innerHTML = text; });`,
};

export function captchaPage(body: string): Reply {
  return {
    status: 403,
    html: `<!doctype html><title>Are you human?</title><p>Please verify you are human</p>${body}`,
  };
}

/** A site on a real server, with TLS or without, that looks at whoever asks before it answers. */
export async function startWallSite(
  answer: (caller: Caller) => Reply,
  options: { tls?: boolean; host?: string } = {},
): Promise<WallSite> {
  const { tls = false, host = "127.0.0.1" } = options;
  const callers: Caller[] = [];
  const sockets = new Set<Socket>();
  const hellos = new WeakMap<object, TlsClientHelloMessage>();
  const web = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk));
    request.on("end", () => {
      const caller = callerOf(request, Buffer.concat(body).toString(), hellos.get(request.socket));
      callers.push(caller);
      send(response, caller.path === "/robots.txt" ? { status: 404 } : answer(caller));
    });
  });
  const attend = async (socket: Socket): Promise<void> => {
    const hello = await readTlsClientHello(socket);
    const secure = new TLSSocket(socket, { isServer: true, ...selfSigned, ALPNProtocols: ["http/1.1"] });
    secure.on("error", () => socket.destroy());
    hellos.set(secure, hello);
    web.emit("connection", secure);
  };
  const server = tls ? createTcpServer((socket) => attend(socket).catch(() => socket.destroy())) : web;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://${host}:${port}`,
    port,
    callers,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function callerOf(request: IncomingMessage, body: string, hello: TlsClientHelloMessage | undefined): Caller {
  const { url = "/", method = "GET", headers, socket } = request;
  return {
    path: url,
    method,
    address: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    cookie: headers.cookie ?? "",
    headers,
    form: new URLSearchParams(body),
    greases: hello?.cipherSuites.some((id) => isGREASE(id)),
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, html = "" }: Reply): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers }).end(html);
}
