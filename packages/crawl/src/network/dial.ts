import type { Socket } from "node:net";
import { connect as connectPlain, isIP } from "node:net";
import { connect as connectSecure } from "node:tls";
import type { AddressGuard } from "./addressGuard.js";

/** A connection that does not come about within this time does not come about. In milliseconds. */
export const CONNECT_TIMEOUT = 10_000;

/**
 * For a host with several addresses: how long each gets before the next is tried, in milliseconds. Node's own
 * 250 is too short for a server on the other side of the earth.
 */
export const ADDRESS_TIMEOUT = 1000;

export interface Target {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface Trust {
  readonly ca?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface DialOptions {
  /** Checks the address before and after. */
  readonly guard?: AddressGuard | undefined;
  /** With TLS, and whom to trust then. Absent: without. */
  readonly trust?: Trust | undefined;
  /** In milliseconds. Default `CONNECT_TIMEOUT`. */
  readonly timeout?: number;
  /** Hears of every socket at once, so that it can be destroyed while it still connects. */
  readonly own: (socket: Socket) => void;
}

/**
 * Connects. The caller cuts it short by destroying the socket that `own` was given: this is called where connections
 * are made for whoever needs one next, and so belongs to no scope.
 *
 * @throws AddressForbiddenError; what the socket's error is
 */
export async function dial(host: string, port: number, options: DialOptions): Promise<Socket> {
  const { guard, trust, own } = options;
  guard?.checkHost(host, port);
  const where = {
    host,
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT,
    ...(guard === undefined ? {} : { lookup: guard.lookup }),
  };
  const secure = (): Socket => connectSecure({ ...where, ...trust, ...(isIP(host) === 0 ? { servername: host } : {}) });
  const socket = trust === undefined ? connectPlain(where) : secure();
  own(socket);
  socket.setNoDelay(true);
  await ready(socket, trust === undefined ? "connect" : "secureConnect", options.timeout);
  checkPeer(socket, host, guard);
  return socket;
}

/** The address at the other end is one of those that were looked at: if not, somebody else has chosen it. */
export function checkPeer(socket: Socket, host: string, guard: AddressGuard | undefined): void {
  if (guard === undefined || socket.remoteAddress === undefined) return;
  try {
    guard.checkAddress(socket.remoteAddress, host);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Waits for an event of a socket, and destroys it when that does not come. */
export function ready(
  socket: Socket,
  event: "connect" | "secureConnect",
  timeout: number = CONNECT_TIMEOUT,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off(event, onEvent).off("error", settle).off("close", onClose).off("timeout", onTimeout);
      socket.setTimeout(0);
      if (error === undefined) {
        resolve();
        return;
      }
      // What comes after the first error has nobody to hear it, and would end the process.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const onEvent = (): void => settle();
    const onClose = (): void => settle(coded("ECONNABORTED", "The connection was given up before it came about"));
    const onTimeout = (): void => settle(coded("ETIMEDOUT", `No connection within ${timeout} ms`));
    socket.on(event, onEvent).on("error", settle).on("close", onClose).on("timeout", onTimeout);
    socket.setTimeout(timeout);
  });
}

export function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
