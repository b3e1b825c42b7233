import type { PageFetcherOptions } from "@heddle/crawl";
import type { BodyMode } from "../args/parseBodyMode.js";

/** What the fetcher is told as it stands. */
export type Fetching = Readonly<Required<Omit<PageFetcherOptions, "backoff" | "transport" | "limits" | "probe">>>;

/** What the command line of `heddle fetch` asks for, checked, with every default in its place. Durations are milliseconds. */
export interface FetchCall {
  readonly urls: readonly string[];
  /** Files of URLs; `-` is the standard input. */
  readonly inputs: readonly string[];
  /** The file of records; `-` is the standard output. */
  readonly output: string;
  readonly body: BodyMode;
  readonly ordered: boolean;
  readonly quiet: boolean;
  /** Accepts any certificate. */
  readonly insecure: boolean;
  readonly fetching: Fetching;
}
