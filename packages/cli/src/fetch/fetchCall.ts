import type { FetcherOptions } from "@heddle/crawl";
import type { BodyMode } from "../args/parseBodyMode.js";

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
  /** What the fetcher is told, as it stands. */
  readonly fetching: FetcherOptions;
}
