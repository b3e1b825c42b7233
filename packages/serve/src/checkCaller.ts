import { RequestRefusedError } from "./errors.js";

/**
 * Keeps pages in somebody's browser from using a service that has no key: those that have made a name of theirs lead here, and
 * those that send the browser here.
 *
 * @throws RequestRefusedError
 */
export function checkCaller(headers: Headers, hosts: readonly string[]): void {
  const host = headers.get("host") ?? "";
  if (!hosts.includes(host.replace(/:\d+$/, "").toLowerCase())) {
    const message = `Cannot fetch a page as the service is not called so: received the host ${JSON.stringify(host)}`;
    throw new RequestRefusedError(403, "HOST_UNKNOWN", message);
  }
  const from = headers.get("sec-fetch-site");
  if (from !== "cross-site" && from !== "same-site") return;
  const message = "Cannot fetch a page for another site in a browser where there is no key: received Sec-Fetch-Site: ";
  throw new RequestRefusedError(403, "OTHER_SITE", message + from);
}
