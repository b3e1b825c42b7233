import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CannotWriteError, systemReason } from "../errors.js";
import { bodyFileName } from "./bodyFileName.js";

/**
 * A folder with one file for each page. A file is written under another name and then renamed, so whoever looks finds
 * whole files only. One that is there already, from an earlier run or for the same URL, is replaced.
 */
export class BodyFiles {
  readonly folder: string;
  #count = 0;

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
    const path = join(this.folder, bodyFileName(page.url, page.contentType));
    const unfinished = `${path}.${process.pid}-${this.#count++}.tmp`;
    try {
      await writeFile(unfinished, page.body);
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw cannotWrite(path, error);
    }
    return path;
  }
}

export function cannotWrite(path: string, error: unknown): CannotWriteError {
  return new CannotWriteError(`Cannot write as ${systemReason(error)}: received ${JSON.stringify(path)}`, {
    cause: error,
  });
}
