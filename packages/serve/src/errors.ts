/** Every error of the service, by whose fault it is. All of them are answered, with a status and a line of JSON. */

// ── The client's ────────────────────────────────────────────────────────────────────────────────────────

/** A request that is refused before anything is fetched. */
export class RequestRefusedError extends Error {
  override readonly name: string = "RequestRefusedError";
  readonly code: string;
  readonly status: 400 | 401 | 403;

  constructor(status: 400 | 401 | 403, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
