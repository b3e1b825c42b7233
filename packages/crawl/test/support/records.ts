import type { FetchAllOptions, FetcherOptions, FetchRecord, PageRequest } from "../../src/index.js";
import { fetchAll, getPage, recordOf } from "../../src/index.js";

/** The record of one page, from a server that has no robots.txt. */
export async function fetchRecord(url: string | URL, options: FetcherOptions = {}): Promise<FetchRecord> {
  return recordOf(await getPage(url, { robots: false, ...options }));
}

/** The records of many pages. */
export async function* fetchRecords(
  urls: Iterable<PageRequest> | AsyncIterable<PageRequest>,
  options: FetchAllOptions = {},
): AsyncGenerator<FetchRecord, void, undefined> {
  for await (const page of fetchAll(urls, { robots: false, ...options })) yield recordOf(page);
}
