// Writes a file of 4 MB, reads it again and takes it away: the disk, and some work for the copies in memory.
import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const content = Buffer.alloc(4 * 1024 * 1024, "heddle");

export async function writeAndRead() {
  const file = join(tmpdir(), `heddle-compare-${randomUUID()}`);
  try {
    await writeFile(file, content);
    return (await readFile(file)).length;
  } finally {
    await rm(file, { force: true });
  }
}
