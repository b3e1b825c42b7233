import { once } from "node:events";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { TLSSocket } from "node:tls";
import type { TlsClientHelloMessage } from "read-tls-client-hello";
import {
  CIPHER_SUITES,
  calculateJa4,
  EXTENSIONS,
  getExtensionData,
  isGREASE,
  readTlsClientHello,
  SIGNATURE_ALGORITHMS,
  SUPPORTED_GROUPS,
  TLS_VERSIONS,
} from "read-tls-client-hello";
import { page } from "../faults/bodies.js";
import { selfSigned } from "../support/selfSigned.js";

/** What a server can tell a client by, before it has asked for anything: each a list in the order of the wire. */
export interface Fingerprint {
  readonly ja4: readonly string[];
  readonly versions: readonly string[];
  readonly ciphers: readonly string[];
  /** Sorted, as browsers shuffle them. */
  readonly extensions: readonly string[];
  readonly groups: readonly string[];
  readonly keyShares: readonly string[];
  readonly signatures: readonly string[];
  readonly alpn: readonly string[];
  readonly certificateCompression: readonly string[];
  /** HTTP/2: settings, the window of the connection, and the weight of the first request. */
  readonly settings: readonly string[];
  readonly window: readonly string[];
  readonly priority: readonly string[];
  /** Names of the fields, those of HTTP/2 itself included. */
  readonly headers: readonly string[];
}

export interface WalkedRequest {
  readonly what: string;
  /** Of HTTP/2: `[name, value]`, in the order of the wire. */
  readonly headers: readonly (readonly [string, string])[];
}

/**
 * Pages that lead from one to the next, as those of a site do: "/begin" sets a cookie and leads to "/form", which sends itself to
 * "/sent", which leads to "/end".
 */
const WALK: Readonly<Record<string, readonly [number, Record<string, string>, string]>> = {
  "/begin": [302, { location: "/form", "set-cookie": "a=1; Path=/; Secure" }, ""],
  "/form": [
    200,
    {},
    `<form method="post" action="/sent"><input name="q" value="1"></form><script>document.forms[0].submit()</script>`,
  ],
  "/sent": [303, { location: "/end" }, ""],
  "/end": [200, {}, "<p>the end"],
};

export interface FingerprintServer {
  readonly port: number;
  /** Of the last request for "/". */
  readonly seen: Fingerprint | undefined;
  /** What was asked for beside it, in order: a redirect, a form that sends itself, and where it leads. */
  readonly walk: readonly WalkedRequest[];
  forget(): void;
  close(): Promise<void>;
}

/** A server that speaks HTTP/2 over TLS, and keeps what came before it was decrypted, and before it was understood. */
export async function startFingerprintServer(): Promise<FingerprintServer> {
  let seen: Fingerprint | undefined;
  const walk: WalkedRequest[] = [];
  const sockets = new Set<Socket>();
  const hellos = new Map<number, { hello: TlsClientHelloMessage; bytes: Buffer[] }>();

  const inner = createHttp2Server();
  inner.on("error", () => {});
  inner.on("sessionError", () => {});
  inner.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: readonly unknown[]) => {
    const from = hellos.get(stream.session?.socket.remotePort ?? 0);
    if (headers[":path"] === "/" && from !== undefined) {
      const names = (rest[1] as string[]).filter((_, n) => n % 2 === 0);
      seen = { ...ofHello(from.hello), ...ofFrames(Buffer.concat(from.bytes)), headers: names };
    }
    stream.on("error", () => {});
    const [status, more, html] = WALK[headers[":path"] ?? ""] ?? [200, {}, page()];
    if (headers[":path"] !== undefined && headers[":path"] in WALK) {
      const raw = rest[1] as string[];
      const fields = raw.flatMap((name, n) => (n % 2 === 0 ? [[name, raw[n + 1] as string] as const] : []));
      walk.push({ what: `${headers[":method"]} ${headers[":path"]}`, headers: fields });
    }
    stream.respond({ ":status": status, "content-type": "text/html", ...more });
    stream.end(html);
  });
  inner.listen(0, "127.0.0.1");
  await once(inner, "listening");
  const innerPort = (inner.address() as AddressInfo).port;

  const attend = async (socket: Socket): Promise<void> => {
    const hello = await readTlsClientHello(socket);
    const secure = new TLSSocket(socket, { isServer: true, ...selfSigned, ALPNProtocols: ["h2"] });
    const other = connect(innerPort, "127.0.0.1");
    sockets.add(other);
    secure.on("error", () => other.destroy()).on("close", () => other.destroy());
    other.on("error", () => secure.destroy()).on("close", () => secure.destroy());
    await once(other, "connect");
    const bytes: Buffer[] = [];
    hellos.set(other.localPort as number, { hello, bytes });
    secure.on("data", (chunk: Buffer) => {
      bytes.push(chunk);
      other.write(chunk);
    });
    other.pipe(secure);
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    attend(socket).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get seen(): Fingerprint | undefined {
      return seen;
    },
    walk,
    forget: () => {
      seen = undefined;
      walk.length = 0;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      inner.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type HelloPart = Omit<Fingerprint, "settings" | "window" | "priority" | "headers">;

function ofHello(hello: TlsClientHelloMessage): HelloPart {
  const named = (names: Readonly<Record<number, string | undefined>>, ids: readonly number[] = []): string[] =>
    ids.map((id) => (isGREASE(id) ? "GREASE" : (names[id] ?? `0x${id.toString(16).padStart(4, "0")}`)));
  const field = (name: string, key: string): number[] | undefined => {
    const data = getExtensionData(hello, name as "sni") as Record<string, unknown> | null | undefined;
    return data?.[key] as number[] | undefined;
  };
  const shares = field("key_share", "entries") as unknown as { group: number }[] | undefined;
  return {
    ja4: [calculateJa4(hello)],
    versions: named(TLS_VERSIONS, field("supported_versions", "versions")),
    ciphers: named(CIPHER_SUITES, hello.cipherSuites),
    extensions: named(
      EXTENSIONS,
      hello.extensions.map(({ id }) => id),
    ).sort(),
    groups: named(SUPPORTED_GROUPS, field("supported_groups", "groups")),
    keyShares: named(
      SUPPORTED_GROUPS,
      shares?.map(({ group }) => group),
    ),
    signatures: named(SIGNATURE_ALGORITHMS, field("signature_algorithms", "algorithms")),
    alpn: (field("alpn", "protocols") as unknown as string[] | undefined) ?? [],
    certificateCompression: named({ 1: "zlib", 2: "brotli", 3: "zstd" }, field("compress_certificate", "algorithms")),
  };
}

const SETTINGS: Readonly<Record<number, string>> = {
  1: "HEADER_TABLE_SIZE",
  2: "ENABLE_PUSH",
  3: "MAX_CONCURRENT_STREAMS",
  4: "INITIAL_WINDOW_SIZE",
  5: "MAX_FRAME_SIZE",
  6: "MAX_HEADER_LIST_SIZE",
  8: "ENABLE_CONNECT_PROTOCOL",
  9: "NO_RFC7540_PRIORITIES",
};

/** The frames of HTTP/2 (RFC 9113, section 4) that a client begins with. */
function ofFrames(bytes: Buffer): Pick<Fingerprint, "settings" | "window" | "priority"> {
  const settings: string[] = [];
  const window: string[] = [];
  const priority: string[] = [];
  let at = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length;
  while (at + 9 <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const [type, flags] = [bytes[at + 3] as number, bytes[at + 4] as number];
    const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    const body = bytes.subarray(at + 9, at + 9 + length);
    at += 9 + length;
    if (type === 4 && (flags & 1) === 0) {
      for (let n = 0; n + 6 <= body.length; n += 6) {
        const id = body.readUInt16BE(n);
        settings.push(
          `${SETTINGS[id] ?? (isGREASE(id) ? "GREASE" : id)}=${isGREASE(id) ? "any" : body.readUInt32BE(n + 2)}`,
        );
      }
    }
    if (type === 8 && stream === 0) window.push(String(body.readUInt32BE(0)));
    if (type === 1) {
      const start = (flags & 8) === 0 ? 0 : 1;
      const hasPriority = (flags & 0x20) !== 0;
      const depends = hasPriority ? body.readUInt32BE(start) : 0;
      const weight = hasPriority ? (body[start + 4] as number) + 1 : 0;
      priority.push(hasPriority ? `weight ${weight}${depends >>> 31 === 1 ? ", exclusive" : ""}` : "none");
      break;
    }
  }
  return { settings, window, priority };
}

/** What one has and the other has not, and what both have in another order: a line for each field that differs. */
export function differences(one: Fingerprint, other: Fingerprint): { field: keyof Fingerprint; text: string }[] {
  return (Object.keys(one) as (keyof Fingerprint)[]).flatMap((field) => {
    const [a, b] = [one[field], other[field]];
    if (a.join() === b.join()) return [];
    const gone = a.filter((each) => !b.includes(each));
    const come = b.filter((each) => !a.includes(each));
    const parts = [...gone.map((each) => `-${each}`), ...come.map((each) => `+${each}`)];
    const text = parts.length > 0 ? parts.join(" ") : `order ${a.join(" ")} | ${b.join(" ")}`;
    return [{ field, text }];
  });
}
