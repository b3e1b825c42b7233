import { classify } from "../ground/classify.js";
import type { Outcome } from "../ground/outcome.js";
import { redact } from "../ground/redact.js";

export interface ProxyReply {
  readonly status: number;
  readonly reason: string;
  /** What is wrong, in the words of RFC 9209. */
  readonly error: string;
  /** For people. */
  readonly text: string;
}

const BY_OUTCOME: Readonly<Partial<Record<Outcome, readonly [status: number, error: string]>>> = {
  forbidden: [403, "destination_ip_prohibited"],
  "bad-url": [400, "http_request_error"],
  dns: [502, "dns_error"],
  refused: [502, "connection_refused"],
  reset: [502, "connection_terminated"],
  timeout: [504, "connection_timeout"],
  proxy: [502, "destination_unavailable"],
  protocol: [502, "http_protocol_error"],
};

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  502: "Bad Gateway",
  504: "Gateway Timeout",
};

/** What a proxy of ours answers when it cannot do what it was asked. */
export function proxyReply(failure: unknown): ProxyReply {
  const { outcome, message } = classify(failure);
  const [status, error] = BY_OUTCOME[outcome] ?? [502, "proxy_internal_error"];
  return { status, reason: REASONS[status] as string, error, text: redact(message) };
}

/** The reply as it is sent. */
export function replyBytes(reply: ProxyReply): string {
  const body = `${reply.text}\n`;
  return [
    `HTTP/1.1 ${reply.status} ${reply.reason}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Proxy-Status: heddle; error=${reply.error}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
