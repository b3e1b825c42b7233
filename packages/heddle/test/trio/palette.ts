import type { Made, Statement } from "./program.js";

/** What random programs play with. Conditions are not among them: they have a difference of their own (docs/from-trio.md). */
export const OBJECTS: readonly Made[] = [
  { kind: "event" },
  { kind: "lock" },
  { kind: "semaphore", size: 1 },
  { kind: "semaphore", size: 2, max: 2 },
  { kind: "limiter", size: 1 },
  { kind: "limiter", size: 2 },
  { kind: "channel", size: 0 },
  { kind: "channel", size: 0 },
  { kind: "channel", size: 1 },
  { kind: "channel", size: 2 },
];

const CLONE = ".clone";

const METHODS: Readonly<Record<string, readonly string[]>> = {
  event: ["wait", "wait", "wait", "set", "isSet", "waiting"],
  semaphore: ["acquire", "acquire", "release", "release", "tryAcquire", "available"],
  limiter: ["resize", "available", "waiting"],
  send: ["send", "send", "send", "send", "trySend", "close", "stats"],
  receive: ["receive", "receive", "receive", "receive", "tryReceive", "close", "stats", "all"],
};

export interface CallDraft {
  readonly on: string;
  readonly kind: string;
  readonly pick: number;
  readonly value: number;
  readonly lenient: boolean;
}

/** A call of one of the methods of an object. */
export function calls({ on, kind, pick, value, lenient }: CallDraft): Statement[] {
  if (kind !== "channel") return call({ on, kind, pick, value, lenient });
  const end = pick % 2 === 0 ? "send" : "receive";
  const rest = Math.floor(pick / 2);
  const name = `${on}.${end}${rest % 4 === 0 ? CLONE : ""}`;
  return call({ on: name, kind: end, pick: Math.floor(rest / 4), value, lenient });
}

function call({ on, kind, pick, value, lenient }: CallDraft): Statement[] {
  const methods = METHODS[kind] ?? [];
  const method = methods[pick % methods.length];
  if (method === undefined) return [];
  if (method === "all") return [{ do: "receiveAll", on }];
  const argument = method === "send" || method === "trySend" || method === "resize" ? { value } : {};
  return [{ do: "call", on, method, ...argument, ...(lenient ? { lenient } : {}) }];
}

/** What makes the other ends of the channels that a program uses, at its beginning. */
export function clones(objects: Readonly<Record<string, Made>>, used: string): Statement[] {
  const ends = Object.keys(objects).flatMap((name) => [`${name}.send`, `${name}.receive`]);
  return ends
    .filter((end) => used.includes(`"${end}${CLONE}"`))
    .map((end) => ({ do: "clone", on: end, as: `${end}${CLONE}` }));
}
