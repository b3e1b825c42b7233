import type { Socket } from "node:net";
import type { SeenRequest } from "./faultRequest.js";

/** Reads requests off a connection, one after the other, with their bodies. */
export function readRequests(socket: Socket, heard: (request: SeenRequest) => void): void {
  let received: Buffer = Buffer.alloc(0);
  let promised = false;
  socket.on("data", (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    for (;;) {
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = readHead(received.toString("latin1", 0, end));
      const start = end + 4;
      if (head.headers["expect"]?.toLowerCase() === "100-continue" && !promised) {
        promised = true;
        socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      }
      const body = readBody(received, start, head.headers);
      if (body === undefined) return;
      promised = false;
      received = received.subarray(body.end);
      heard({ ...head, body: body.bytes });
    }
  });
}

function readHead(text: string): Omit<SeenRequest, "body"> {
  const [requestLine = "", ...lines] = text.split("\r\n");
  const [method = "", path = "", version = ""] = requestLine.split(" ");
  const headers: Record<string, string> = {};
  const rawHeaders: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    headers[line.slice(0, colon).toLowerCase()] = value;
    rawHeaders.push(line.slice(0, colon), value);
  }
  return { method, path, httpVersion: version.replace("HTTP/", ""), headers, rawHeaders };
}

/** Undefined while it is not all there. */
function readBody(
  from: Buffer,
  start: number,
  headers: Readonly<Record<string, string>>,
): { bytes: Buffer; end: number } | undefined {
  if (headers["transfer-encoding"]?.toLowerCase() !== "chunked") {
    const end = start + Number(headers["content-length"] ?? 0);
    return from.length < end ? undefined : { bytes: from.subarray(start, end), end };
  }
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const line = from.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(from.toString("latin1", at, line), 16);
    const next = line + 2 + size + 2;
    if (from.length < next) return undefined;
    if (size === 0) return { bytes: Buffer.concat(chunks), end: next };
    chunks.push(from.subarray(line + 2, line + 2 + size));
    at = next;
  }
}
