import { page } from "./bodies.js";
import type { Fault, FaultRequest } from "./faultRequest.js";

/** Servers that are there and do not want to. */
export const REFUSING_FAULTS: Readonly<Record<string, Fault>> = {
  "not-found": refuses(404),
  gone: refuses(410),
  forbidden: refuses(403),
  "server-error": refuses(500),
  "bad-gateway": refuses(502),
  unavailable: refuses(503),
  unauthorized: { ...refuses(401, { "www-authenticate": 'Basic realm="secret"' }) },
  /**
   * Refuses `times` (1) times with `status` (429), then gives the page. `after` (no such header): what it says in
   * `Retry-After`, in seconds; with `as=date`, as the date that is so far away, with `as=nonsense` as nonsense. With
   * `id`, scripts do not meet each other.
   */
  "rate-limit": {
    outcome: "ok",
    status: 200,
    serve: (request, { send }) => {
      const { params, hit } = request;
      if (hit > Number(params.get("times") ?? 1)) return send({ body: page() });
      return send({ status: Number(params.get("status") ?? 429), headers: retryAfter(request), body: "Slow down" });
    },
  },
  /** The same, for ever. */
  "rate-limit-forever": {
    outcome: "http-error",
    status: 429,
    serve: (request, { send }) => send({ status: 429, headers: retryAfter(request), body: "Slow down" }),
  },
};

function refuses(status: number, headers: Record<string, string> = {}): Fault {
  return {
    outcome: "http-error",
    status,
    serve: (_request, { send }) => send({ status, headers, body: page(300, `Error ${status}`) }),
  };
}

function retryAfter({ params }: FaultRequest): Record<string, string> {
  const after = params.get("after");
  if (after === null) return {};
  const as = params.get("as") ?? "seconds";
  if (as === "nonsense") return { "retry-after": "soon" };
  if (as === "date") return { "retry-after": new Date(Date.now() + Number(after) * 1000).toUTCString() };
  return { "retry-after": after };
}
