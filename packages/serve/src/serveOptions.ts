import type { FetcherOptions, Page } from "@heddle/crawl";
import type { Event } from "heddle";

export interface ServeOptions {
  /** The address to listen at. Default "127.0.0.1": this machine only. */
  host?: string;
  /** The port to listen at; 0 for any that is free. Default 8787. */
  port?: number;
  /** The key that clients have to know. Default: none is needed. */
  key?: string | undefined;
  /** How pages are fetched. The guard is on unless `guard` is false. */
  fetching?: FetcherOptions;
  /** How many pages are fetched at a time. Default 256. */
  maxPages?: number;
  /** How many clients wait for one of these places; others get a 503 with a `Retry-After`. Default 1000. */
  maxWaiting?: number;
  /** The largest body of a request, in bytes. Default 1 048 576, which is 1 MiB. */
  maxRequestBytes?: number;
  /** Stops it in good order when it is set: nobody new comes in, and who is there is served. */
  stop?: Event;
  /** How long those may take who are there then, in milliseconds. Default 10 000. */
  grace?: number;
  /** Is told the address when it can be called. */
  onListening?: (url: string) => void;
  /** Hears of every page that was got. */
  onPage?: (page: Page) => void;
}
