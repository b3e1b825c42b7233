import { page } from "./bodies.js";
import type { Fault } from "./faultRequest.js";

/** Answers that lead elsewhere, or nowhere. */
export const REDIRECT_FAULTS: Readonly<Record<string, Fault>> = {
  /** `length` (3) steps, with `status` (302), to a good page. */
  "redirect-chain": {
    outcome: "ok",
    status: 200,
    serve: ({ params }, { send }) => {
      const left = Number(params.get("length") ?? 3);
      if (left === 0) return send({ body: page() });
      const status = params.get("status") ?? "302";
      return send({
        status: Number(status),
        headers: { location: `/redirect-chain?length=${left - 1}&status=${status}` },
        body: "over there",
      });
    },
  },
  "redirect-to-itself": leads("redirect-loop", ({ path }) => path),
  "redirect-loop": leads(
    "redirect-loop",
    ({ params }) => `/redirect-loop?at=${(Number(params.get("at") ?? 0) + 1) % 3}`,
  ),
  "redirect-endless": leads(
    "too-many-redirects",
    ({ params }) => `/redirect-endless?at=${Number(params.get("at") ?? 0) + 1}`,
  ),
  /** `to`: the whole URL, of another origin. */
  "redirect-to": { ...leads("ok", ({ params, origin }) => params.get("to") ?? `${origin}/page`), status: 200 },
  "redirect-to-ftp": leads("bad-redirect", () => "ftp://files.test/page"),
  "redirect-to-javascript": leads("bad-redirect", () => "javascript:alert(1)"),
  "redirect-to-nonsense": leads("bad-redirect", () => "http://[not-an-address]/"),
  /** Of the cloud's metadata: what an address guard is for. */
  "redirect-to-metadata": leads("forbidden", () => "http://169.254.169.254/latest/meta-data/"),
  "redirect-to-nowhere": { outcome: "ok", status: 302, serve: (_request, { send }) => send({ status: 302 }) },
  /** Whoever keeps cookies gets the page; everybody else is sent round for ever. */
  "cookie-wall": {
    outcome: "redirect-loop",
    status: 302,
    serve: ({ headers, path }, { send }) => {
      if (/\bwall=passed\b/.test(headers["cookie"] ?? "")) return send({ body: page() });
      return send({ status: 302, headers: { location: path, "set-cookie": "wall=passed; Path=/" } });
    },
  },
};

function leads(outcome: string, where: (request: Parameters<Fault["serve"]>[0]) => string): Fault {
  return {
    outcome,
    status: 302,
    serve: (request, { send }) => send({ status: 302, headers: { location: where(request) }, body: "over there" }),
  };
}
