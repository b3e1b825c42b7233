/** Every error of the service, by whose fault it is. All of them are answered, with a status and a line of JSON. */

// ── The client's, or a matter of the moment ─────────────────────────────────────────────────────────────

export type RefusalStatus = 400 | 401 | 403 | 413 | 415 | 422 | 503;

export interface RefusalDetails {
  /** The parameter that it is about, as the client has written it. */
  readonly parameter?: string | undefined;
  /** When it is worth another try, in seconds. */
  readonly retryAfter?: number;
}

/** A request that is refused before anything is fetched, or whose page cannot be had in the form that is wanted. */
export class RequestRefusedError extends Error {
  override readonly name: string = "RequestRefusedError";
  readonly code: string;
  readonly status: RefusalStatus;
  readonly parameter: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(status: RefusalStatus, code: string, message: string, details: RefusalDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.parameter = details.parameter;
    this.retryAfter = details.retryAfter;
  }
}
