import type { Fetcher, Page } from "@heddle/crawl";
import { InvalidArgumentError, isCancelled } from "heddle";
import { Hono } from "hono";
import { ApiKey } from "./apiKey.js";
import { RequestRefusedError } from "./errors.js";
import { pageAnswer } from "./pageAnswer.js";
import { pageCall } from "./pageRequest.js";

export interface ServiceOptions {
  /** What pages are got by. Whoever made it closes it. */
  fetcher: Fetcher;
  /** The key that clients have to know. Default: everybody who gets here is served. */
  key?: string | undefined;
  /**
   * Names under which the service may be called: another one in the `Host` header is that of a site that has made its name
   * mean this machine. Not looked at where there is a key. Default "localhost", "127.0.0.1", "[::1]".
   */
  hosts?: readonly string[];
  /** Hears of every page that was got, before it is sent. */
  onPage?: (page: Page) => void;
}

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The service as a function from requests to answers:
 *
 *     GET /?url=https%3A%2F%2Fexample.com%2F&render=true
 *
 * The parameters are the options of a page, by their own names or with underscores. Room for more is under other paths.
 */
export function makeService(options: ServiceOptions): Hono {
  const { fetcher, key, hosts = LOOPBACK, onPage } = options;
  const lock = key === undefined ? undefined : new ApiKey(key);
  const app = new Hono();

  app.get("/", async (context) => {
    const query = new URL(context.req.url).searchParams;
    if (lock !== undefined) lock.check(context.req.raw.headers, query);
    else checkHost(context.req.header("host"), hosts);
    const { url, options: about } = pageCall(query);
    const page = await fetcher.get(url, about);
    onPage?.(page);
    return pageAnswer(page);
  });

  app.notFound((context) => context.json(problem("NOT_FOUND", "There is nothing here: call GET /?url=…"), 404));

  app.onError((error, context) => {
    if (error instanceof RequestRefusedError) return context.json(problem(error.code, error.message), error.status);
    if (error instanceof InvalidArgumentError) return context.json(problem(error.code, error.message), 400);
    // The client has gone, or the service is being stopped: nobody reads this.
    if (isCancelled(error)) return context.body(null, 503);
    const { code = "FAILED" } = error as { code?: string };
    return context.json(problem(code, error.message), 500);
  });
  return app;
}

function problem(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}

/** Keeps pages in somebody's browser from asking by a name of their own that leads here. */
function checkHost(host: string | undefined, hosts: readonly string[]): void {
  const name = (host ?? "").replace(/:\d+$/, "").toLowerCase();
  if (hosts.includes(name)) return;
  const message = `Cannot fetch a page as the service is not called so: received the host ${JSON.stringify(host ?? "")}`;
  throw new RequestRefusedError(403, "HOST_UNKNOWN", message);
}
