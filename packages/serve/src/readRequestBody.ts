import { cancellable } from "heddle";
import { RequestRefusedError } from "./errors.js";

/**
 * The body of a request; empty if it has none.
 *
 * If cancelled: throws `CancelledError`.
 *
 * @throws RequestRefusedError for one that is too large: nothing more is read of it then
 */
export async function readRequestBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await cancellable(reader.read());
    if (done) break;
    bytes += value.length;
    if (bytes > maxBytes) {
      reader.cancel().catch(() => {});
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): RequestRefusedError {
  const message = `Cannot fetch a page as the body of the request is larger than ${maxBytes} bytes: received more`;
  return new RequestRefusedError(413, "REQUEST_TOO_LARGE", message);
}
