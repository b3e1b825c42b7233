import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bodyFileName, PartialFile, SaveError } from "@heddle/crawl";
import { CannotWriteError, systemReason } from "../errors.js";

/**
 * A folder with one file for each page. A file is written under another name and then renamed, so whoever looks finds
 * whole files only. One that is there already, from an earlier run or for the same URL, is replaced.
 */
export class BodyFiles {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder if need be. @throws CannotWriteError */
  static async open(folder: string): Promise<BodyFiles> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw cannotWrite(folder, error);
    }
    return new BodyFiles(folder);
  }

  /**
   * Saves a body and returns the path of its file.
   *
   * If cancelled: the file is written to its end all the same.
   *
   * @throws CannotWriteError
   */
  async save(page: { url: string; contentType: string | undefined; body: Uint8Array | string }): Promise<string> {
    const name = bodyFileName(page.url, page.contentType);
    const { body } = page;
    try {
      const file = await PartialFile.open(this.folder);
      try {
        await file.write(typeof body === "string" ? Buffer.from(body) : body);
        return await file.keepAs(name, { replace: true });
      } finally {
        await file.discard();
      }
    } catch (error) {
      throw cannotSave(error, join(this.folder, name));
    }
  }
}

/** What kept a body from its file, in the words of this command. */
export function cannotSave(error: unknown, path: string): unknown {
  return error instanceof SaveError ? cannotWrite(path, error.cause) : error;
}

export function cannotWrite(path: string, error: unknown): CannotWriteError {
  return new CannotWriteError(`Cannot write as ${systemReason(error)}: received ${JSON.stringify(path)}`, {
    cause: error,
  });
}
