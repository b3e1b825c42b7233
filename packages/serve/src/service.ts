import type { Fetcher, Page } from "@heddle/crawl";
import { MissingChromiumError, MissingPartError, OptionError } from "@heddle/crawl";
import { InvalidArgumentError, isCancelled } from "heddle";
import type { Context } from "hono";
import { Hono } from "hono";
import { Admission } from "./admission.js";
import { ApiKey } from "./apiKey.js";
import { checkCaller } from "./checkCaller.js";
import { RequestRefusedError } from "./errors.js";
import { pageAnswer } from "./pageAnswer.js";
import type { PageCall } from "./pageCall.js";
import { pageCall } from "./pageCall.js";

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
  /** How many pages are fetched at a time. Default 256. */
  maxPages?: number;
  /** How many clients wait for one of these places; others get a 503 with a `Retry-After`. Default 1000. */
  maxWaiting?: number;
  /** The largest body of a request, in bytes. Default 1 048 576, which is 1 MiB. */
  maxRequestBytes?: number;
  /** Hears of every page that was got, before it is sent. */
  onPage?: (page: Page) => void;
}

export const SERVICE_DEFAULTS: Readonly<Record<"maxPages" | "maxWaiting" | "maxRequestBytes", number>> = {
  maxPages: 256,
  maxWaiting: 1000,
  maxRequestBytes: 2 ** 20,
};

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Methods that are sent on to the page, where its URL is in the query. */
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * The service as a function from requests to answers:
 *
 *     GET /?url=https%3A%2F%2Fexample.com%2F&render=true     the options of a page as parameters
 *     POST / {"url": "https://example.com/", "render": true}  the same as JSON
 *     POST /?url=…                                            is sent on, with its body
 *     GET /stats                                              what the fetcher does, in numbers
 *
 * `HEAD` is answered as `GET` is, without the body. Room for more is under other paths.
 *
 * @throws InvalidArgumentError for an option that makes no sense
 */
export function makeService(options: ServiceOptions): Hono {
  const { fetcher, key, hosts = LOOPBACK, onPage } = options;
  const { maxPages, maxWaiting, maxRequestBytes } = limitsOf(options);
  const lock = key === undefined ? undefined : new ApiKey(key);
  const admission = new Admission({ maxPages, maxWaiting });
  const app = new Hono();

  app.use(async (context, next) => {
    const { raw } = context.req;
    if (lock === undefined) checkCaller(raw.headers, hosts);
    else lock.check(raw.headers, new URL(raw.url).searchParams);
    await next();
  });
  app.on(METHODS, "/", async (context) => {
    const call = await pageCall(context.req.raw, maxRequestBytes);
    return await admission.run(async () => {
      const page = await got(fetcher, call);
      onPage?.(page);
      return await pageAnswer(page, call.format);
    });
  });
  app.get("/stats", (context) => context.json({ ...fetcher.stats(), clientsWaiting: admission.waiting }));
  app.notFound((context) =>
    refused(context, 404, { code: "NOT_FOUND", message: "There is nothing here: call GET /?url=…" }),
  );
  app.onError((error, context) => problem(error, context));
  return app;
}

/** @throws InvalidArgumentError */
function limitsOf(options: ServiceOptions): typeof SERVICE_DEFAULTS {
  const limits = { ...SERVICE_DEFAULTS };
  for (const name of ["maxPages", "maxWaiting", "maxRequestBytes"] as const) {
    const value = options[name];
    const least = name === "maxPages" ? 1 : 0;
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(
        `Cannot serve as ${name} must be a whole number, ${least} or more: received ${value}`,
      );
    }
    limits[name] = value;
  }
  return limits;
}

async function got(fetcher: Fetcher, { url, options, nameOf }: PageCall): Promise<Page> {
  try {
    return await fetcher.get(url, options);
  } catch (error) {
    // Profiles are known when they are needed, and what there is not is all that can be wrong then.
    const late = error instanceof InvalidArgumentError && options.identity !== undefined ? "identity" : undefined;
    const option = error instanceof OptionError ? error.option : late;
    if (option === undefined) throw error;
    throw new RequestRefusedError(400, "BAD_PARAMETER", (error as Error).message, { parameter: nameOf(option) });
  }
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly parameter?: string | undefined;
}

function refused(context: Context, status: number, problem: Problem, headers: Record<string, string> = {}): Response {
  return context.json({ error: problem }, status as 400, headers);
}

function problem(error: Error, context: Context): Response {
  const { message } = error;
  if (error instanceof RequestRefusedError) {
    const { status, code, parameter, retryAfter } = error;
    const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
    return refused(context, status, { code, message, ...(parameter ? { parameter } : {}) }, headers);
  }
  if (error instanceof OptionError) {
    return refused(context, 400, { code: "BAD_PARAMETER", message, parameter: error.option });
  }
  if (error instanceof InvalidArgumentError) return refused(context, 400, { code: error.code, message });
  // The client has gone, or the service is being stopped: nobody reads this.
  if (isCancelled(error)) return context.body(null, 503);
  const { code = "FAILED" } = error as { code?: string };
  const isMissing = error instanceof MissingPartError || error instanceof MissingChromiumError;
  return refused(context, isMissing ? 501 : 500, { code, message });
}
