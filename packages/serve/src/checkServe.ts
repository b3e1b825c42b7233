import { InvalidArgumentError } from "heddle";
import type { ServeOptions } from "./serveOptions.js";

const OPTIONS: Readonly<Record<keyof ServeOptions, true>> = {
  host: true,
  port: true,
  key: true,
  fetching: true,
  maxPages: true,
  maxWaiting: true,
  maxRequestBytes: true,
  stop: true,
  grace: true,
  onListening: true,
  onPage: true,
};

/** @throws InvalidArgumentError for an option that makes no sense, or that there is not */
export function checkServe(options: ServeOptions): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, name)) throw wrong("there is no such option", name);
  }
  const { host = "127.0.0.1", port = 0, key = "x", grace = 0 } = options;
  if (typeof host !== "string" || host === "") throw wrong("host must be an address", host);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw wrong("port must be a whole number, 0 to 65535", port);
  }
  // What it is instead is said by nobody, as it may be one.
  if (typeof key !== "string") throw wrong("key must be a string that is not empty", typeof key);
  if (key === "") throw wrong("key must be a string that is not empty", "an empty one");
  if (typeof grace !== "number" || !(grace >= 0))
    throw wrong("grace must be a number of milliseconds, 0 or more", grace);
}

function wrong(why: string, received: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`Cannot serve as ${why}: received ${String(received)}`);
}
