import { randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { link, mkdir, open, rename, unlink } from "node:fs/promises";
import { extname, join } from "node:path";
import { SaveError } from "../ground/errors.js";

/** What file systems say that know no second name for a file. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EACCES",
]);

/**
 * A file that is being written, in the folder in which it is to be: only there to give it its name is one step. Whoever looks
 * into the folder finds whole files only, but for those whose hidden names end in ".part".
 *
 *     writing ──keepAs()──▶ kept
 *        └──────discard()──▶ gone
 */
export class PartialFile {
  readonly folder: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  #state: "writing" | "kept" | "gone" = "writing";
  #bytes = 0;

  private constructor(folder: string, path: string, handle: FileHandle) {
    this.folder = folder;
    this.#path = path;
    this.#handle = handle;
  }

  /** Makes the folder too, if need be. @throws SaveError */
  static async open(folder: string): Promise<PartialFile> {
    const path = join(folder, `.${randomUUID()}.part`);
    return await doing(folder, async () => {
      try {
        return new PartialFile(folder, path, await open(path, "wx"));
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
        await mkdir(folder, { recursive: true });
        return new PartialFile(folder, path, await open(path, "wx"));
      }
    });
  }

  /** How much was written. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends, and returns when the system has taken it: so whoever reads from a network and waits for this reads no faster than
   * is written.
   *
   * @throws SaveError
   */
  async write(bytes: Uint8Array): Promise<void> {
    await doing(this.folder, () => this.#handle.writeFile(bytes));
    this.#bytes += bytes.length;
  }

  /**
   * Gives it its name, and returns its path. A file that has the name already is replaced, or else keeps it, and this one is
   * called "name-2.ext", "name-3.ext" …
   *
   * @throws SaveError
   */
  async keepAs(name: string, options: { replace: boolean }): Promise<string> {
    const path = await doing(join(this.folder, name), async () => {
      await this.#handle.close();
      if (!options.replace) return await this.#keepBeside(name);
      await rename(this.#path, join(this.folder, name));
      return join(this.folder, name);
    });
    this.#state = "kept";
    return path;
  }

  /** Removes it, unless it is kept. What went wrong before is the news, not that something could not be cleared away. */
  async discard(): Promise<void> {
    if (this.#state !== "writing") return;
    this.#state = "gone";
    await this.#handle.close().catch(() => {});
    await unlink(this.#path).catch(() => {});
  }

  async #keepBeside(name: string): Promise<string> {
    for (let n = 1; ; n++) {
      const path = join(this.folder, n === 1 ? name : numbered(name, n));
      try {
        await this.#takeName(path);
        return path;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
    }
  }

  /** Fails with EEXIST if somebody has the name, were it somebody who has taken it a moment ago. */
  async #takeName(path: string): Promise<void> {
    try {
      await link(this.#path, path);
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error))) throw error;
      // The next best: an empty file that has the name until this one does.
      await (await open(path, "wx")).close();
      await rename(this.#path, path);
      return;
    }
    await unlink(this.#path);
  }
}

function numbered(name: string, n: number): string {
  const ending = extname(name);
  return `${name.slice(0, name.length - ending.length)}-${n}${ending}`;
}

async function doing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new SaveError(path, error);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
