import type { Socket } from "node:net";

/** One request as it came. */
export interface SeenRequest {
  readonly method: string;
  /** With the query; as it was sent, which may be a whole URL. */
  readonly path: string;
  readonly httpVersion: string;
  /** With names in lower case; of several, the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** Name, value, name, value …, as they were written. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface FaultRequest extends SeenRequest {
  readonly url: URL;
  readonly params: URLSearchParams;
  /** How often this path, with its query, has been asked for, this time included. */
  readonly hit: number;
  /** Of the server, without a slash at the end. */
  readonly origin: string;
}

export interface FaultAnswer {
  readonly socket: Socket;
  readonly isOpen: boolean;
  /** Sends a whole answer, with a `content-length` unless the headers say otherwise. */
  send(answer: {
    status?: number;
    headers?: Record<string, string | readonly string[]>;
    body?: string | Uint8Array;
  }): void;
  /** Sends bytes as they are; of a string, one for each character. */
  raw(bytes: string | Uint8Array): void;
  /** Ends the connection in good order (FIN). */
  end(bytes?: string | Uint8Array): void;
  /** Breaks the connection (RST). */
  reset(): void;
  /** Resolves after so many milliseconds, and at once when the connection is gone. */
  pause(ms: number): Promise<void>;
}

export interface Fault {
  /**
   * How a plain fetch of it ends, with time limits shorter than its stalls and a `maxBytes` of a megabyte: one of
   * the outcomes of a record.
   */
  readonly outcome: string;
  /** Beside it, the status of the record: null where no answer came. */
  readonly status: number | null;
  readonly serve: (request: FaultRequest, answer: FaultAnswer) => void | Promise<void>;
}

/** A fault of the connection itself; without `meet`, nobody listens. */
export interface ConnectionFault {
  readonly outcome: string;
  /** Default: as the server. */
  readonly scheme?: "http" | "https";
  readonly meet?: (socket: Socket) => void;
}
