import type { FetchRecord } from "@heddle/crawl";
import { Semaphore } from "heddle";
import type { BodyFiles } from "../output/bodyFiles.js";
import { InputOrder } from "../output/inputOrder.js";
import type { LineWriter } from "../output/lineWriter.js";
import { recordLine } from "./recordLine.js";

export interface DeliveryOptions {
  /** Whether records contain the bodies. */
  inline: boolean;
  /** Where the bodies go otherwise, if anywhere. */
  files: BodyFiles | undefined;
  /** Holds records back until those of the URLs before are there: at most so many pages are between. */
  ordered: { window: number } | undefined;
}

/**
 * Brings the records of pages to where they should go. A record that `deliver()` was called with is delivered, whoever is
 * cancelled then: what was fetched is not lost.
 */
export class Delivery {
  readonly #writer: LineWriter;
  readonly #options: DeliveryOptions;
  readonly #order: InputOrder | undefined;
  readonly #window: Semaphore | undefined;

  constructor(writer: LineWriter, options: DeliveryOptions) {
    this.#writer = writer;
    this.#options = options;
    if (options.ordered === undefined) return;
    this.#order = new InputOrder((line) => writer.push(line));
    this.#window = new Semaphore(options.ordered.window);
  }

  /**
   * Waits until the next page may be fetched: where order counts, until it is near enough to the one whose turn it is. To
   * be called in the order of the pages.
   */
  async admit(): Promise<void> {
    await this.#window?.acquire();
  }

  /**
   * Delivers the record of the page with this number, and waits while the reader is slow.
   *
   * If cancelled: throws `CancelledError`; the record is delivered all the same.
   *
   * @throws CannotWriteError when the body's file cannot be written
   */
  async deliver(number: number, record: FetchRecord): Promise<void> {
    const { inline, files } = this.#options;
    const line = recordLine(record, { inline, file: await saved(record, files) });
    if (this.#order === undefined) {
      this.#writer.push(line);
    } else {
      const pushed = this.#order.add(number, line);
      if (pushed > 0) this.#window?.release(pushed);
    }
    await this.#writer.room();
  }

  /** Writes the records that wait for others which will not come. */
  giveUp(): void {
    this.#order?.giveUp();
  }
}

async function saved(record: FetchRecord, files: BodyFiles | undefined): Promise<string | undefined> {
  // A file that the fetcher has written.
  if (record.file !== undefined) return record.file;
  const body = record.html ?? record.body;
  if (files === undefined || body === undefined) return undefined;
  return files.save({ url: record.url, contentType: record.contentType ?? undefined, body });
}
