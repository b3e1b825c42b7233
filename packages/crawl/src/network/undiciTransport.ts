import { EventEmitter } from "node:events";
import { Socket } from "node:net";
import { cancellable } from "heddle";
import { onCancel, throwIfCancelled } from "heddle/lowlevel";
import type { Dispatcher } from "undici";
import { Agent, buildConnector } from "undici";
import { checkCount, checkOptions, invalid } from "../ground/check.js";
import type { ResponseHeaders, Transport, TransportRequest, TransportResponse } from "../ground/transport.js";

export interface UndiciTransportOptions {
  /** How long an unused connection is kept for the next request, in milliseconds. Default 4000. */
  keepAlive?: number;
  /**
   * The largest headers of an answer, in bytes. Default 65 536: some sites need more than Node's own 16 384.
   */
  maxHeaderBytes?: number;
  /** Certificates to trust instead of those that Node trusts, in PEM form. */
  ca?: string;
  /**
   * Accepts any certificate: one that has expired, is for another host, or that nobody vouches for. Whoever sits
   * between us and a server can then read and change everything. Default false. Not together with `ca`.
   */
  insecure?: boolean;
}

/** A connection that does not come about within this time does not come about. In milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/**
 * For a host with several addresses: how long each gets before the next is tried, in milliseconds. Node's own
 * 250 is too short for a server on the other side of the earth.
 */
const ADDRESS_TIMEOUT = 1000;

/** HTTP/1.1 over undici, with connections that are kept and used again. */
export class UndiciTransport implements Transport {
  readonly #agent: Agent;
  readonly #connecting: Set<Socket> = new Set();

  constructor(options: UndiciTransportOptions = {}) {
    const doing = "make a transport";
    checkOptions(doing, options, ["keepAlive", "maxHeaderBytes", "ca", "insecure"]);
    const { keepAlive = 4000, maxHeaderBytes = 65_536, ca, insecure = false } = options;
    checkCount(doing, keepAlive, { what: "keepAlive", least: 1 });
    checkCount(doing, maxHeaderBytes, { what: "maxHeaderBytes", least: 1 });
    if (ca !== undefined && typeof ca !== "string") throw invalid(doing, "ca must be a string", ca);
    if (typeof insecure !== "boolean") throw invalid(doing, "insecure must be true or false", insecure);
    if (insecure && ca !== undefined) throw invalid(doing, "ca means nothing where any certificate will do", ca);
    this.#agent = new Agent({
      keepAliveTimeout: keepAlive,
      maxHeaderSize: maxHeaderBytes,
      // The scopes around a request limit its time; a second clock beside them would only blur what has
      // happened.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: this.#tracking(
        buildConnector({
          timeout: CONNECT_TIMEOUT,
          autoSelectFamily: true,
          autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT,
          ...(ca === undefined ? {} : { ca }),
          ...(insecure ? { rejectUnauthorized: false } : {}),
        }),
      ),
    });
  }

  /**
   * A closed agent forgets the connections that it is still making, and each would keep the process alive for
   * its full timeout.
   */
  #tracking(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      let socket: unknown;
      let isOver = false;
      const over: buildConnector.Callback = (...result) => {
        isOver = true;
        if (socket instanceof Socket) this.#connecting.delete(socket);
        callback(...result);
      };
      socket = connect(options, over);
      if (socket instanceof Socket && !isOver) this.#connecting.add(socket);
    };
  }

  /**
   * If cancelled: throws `CancelledError` at once. A connection that was used is cut; one that was still
   * being made is left to become an unused one.
   */
  async request(url: URL, options: TransportRequest): Promise<TransportResponse> {
    throwIfCancelled();
    // undici takes an emitter in place of an AbortSignal, which would cost more than all the rest of a
    // cancellation.
    const abort = new EventEmitter();
    const watch = onCancel(() => abort.emit("abort"));
    try {
      // While undici connects, its promise does not hear of an abort: so the wait is left, not only told.
      const data = await cancellable(
        this.#agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method: options.method as Dispatcher.HttpMethod,
          headers: options.headers,
          signal: abort,
        }),
      );
      return new UndiciResponse(data, watch);
    } catch (error) {
      watch[Symbol.dispose]();
      throwIfCancelled();
      throw error;
    }
  }

  async close(): Promise<void> {
    const destroyed = this.#agent.destroy();
    for (const socket of this.#connecting) socket.destroy();
    this.#connecting.clear();
    await destroyed;
  }
}

class UndiciResponse implements TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly #body: Dispatcher.ResponseData["body"];
  readonly #watch: Disposable;

  constructor(data: Dispatcher.ResponseData, watch: Disposable) {
    this.status = data.statusCode;
    this.headers = data.headers;
    this.#body = data.body;
    this.#watch = watch;
    // A body that is given up emits an error, which without a listener would end the process.
    data.body.on("error", () => {});
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#chunks();
  }

  close(): void {
    this.#watch[Symbol.dispose]();
    this.#body.destroy();
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.#body) yield chunk as Uint8Array;
    } catch (error) {
      throwIfCancelled();
      throw error;
    }
  }
}
