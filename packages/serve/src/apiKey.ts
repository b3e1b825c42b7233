import { createHash, timingSafeEqual } from "node:crypto";
import { RequestRefusedError } from "./errors.js";

/** Lets nobody in who does not know the key. */
export class ApiKey {
  readonly #digest: Buffer;

  constructor(key: string) {
    this.#digest = digestOf(key);
  }

  /**
   * Looks for the key in `Authorization: Bearer …`, or in the parameters `api_key` and `key`. How long it takes does not
   * depend on how much of it is right.
   *
   * @throws RequestRefusedError
   */
  check(headers: Headers, query: URLSearchParams): void {
    const given = bearer(headers.get("authorization")) ?? query.get("api_key") ?? query.get("key");
    if (given === null) {
      throw refusal("KEY_MISSING", "no key is given: received neither Authorization: Bearer nor the parameter api_key");
    }
    if (!timingSafeEqual(digestOf(given), this.#digest))
      throw refusal("KEY_WRONG", "the key is wrong: received another one");
  }
}

function bearer(header: string | null): string | undefined {
  return header === null ? undefined : /^bearer\s+(\S+)\s*$/i.exec(header)?.[1];
}

function refusal(code: string, why: string): RequestRefusedError {
  return new RequestRefusedError(401, code, `Cannot fetch a page as ${why}`);
}

/** All digests are of the same length, whatever the keys are. */
function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
