import type { Socket } from "node:net";
import { cancellable } from "heddle";
import { onCancel } from "heddle/lowlevel";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { AddressGuard } from "./addressGuard.js";
import type { Target } from "./dial.js";
import { dial } from "./dial.js";
import { dialProxy, openTunnel } from "./tunnel.js";

/** The way to the outside: past a guard if there is one, through a proxy if there is one. */
export class Egress {
  readonly upstream: ProxyRoute | undefined;
  readonly #guard: AddressGuard | undefined;

  constructor(guard: AddressGuard | undefined, upstream: ProxyRoute | undefined) {
    this.#guard = guard;
    this.upstream = upstream;
  }

  /**
   * A connection over which bytes go to the target and back.
   *
   * If cancelled: throws `CancelledError`; what was connected is destroyed.
   *
   * @throws AddressForbiddenError, ProxyError; what the socket's error is
   */
  async connect(target: Target): Promise<Socket> {
    const { upstream } = this;
    const guard = this.#guard;
    if (upstream === undefined) return owning((own) => dial(target.host, target.port, { guard, own }));
    await this.#check(target);
    return owning((own) => openTunnel(upstream, target, { guard, own }));
  }

  /** The same, to the proxy, which is to be asked for a page of the target. There has to be one. */
  async connectToUpstream(target: Target): Promise<Socket> {
    await this.#check(target);
    return owning((own) => dialProxy(this.upstream as ProxyRoute, { guard: this.#guard, own }));
  }

  async #check({ host, port }: Target): Promise<void> {
    this.#guard?.checkHost(host, port);
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    await this.#guard?.checkRemote(`http://${authority}/`);
  }
}

/** Runs what makes sockets; if cancelled, destroys them all. */
async function owning(fn: (own: (socket: Socket) => void) => Promise<Socket>): Promise<Socket> {
  const sockets: Socket[] = [];
  const watch = onCancel(() => {
    for (const socket of sockets) socket.destroy();
  });
  try {
    return await cancellable(fn((socket) => sockets.push(socket)));
  } finally {
    watch[Symbol.dispose]();
  }
}
