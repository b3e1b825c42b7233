import { shield } from "heddle";
import { throwIfCancelled } from "heddle/lowlevel";
import { bodyFileName } from "../content/bodyFileName.js";
import { isText } from "../content/contentType.js";
import { PartialFile } from "../content/partialFile.js";
import { headerOf } from "../ground/transport.js";
import { withoutPassword } from "../ground/urlOf.js";
import type { Answer } from "./answer.js";
import type { Errand } from "./errand.js";
import type { SaveTo } from "./saveTo.js";

/**
 * Runs what gets the answer of a page, and gives the file of its body, if that is to have one, its name. Files of other answers,
 * which attempts have left, are removed.
 *
 * If cancelled: throws `CancelledError`, and no file is left.
 *
 * @throws SaveError; what `get` throws. No file is left then either
 */
export async function keepBody(errand: Errand, saveTo: Required<SaveTo>, get: () => Promise<Answer>): Promise<Answer> {
  try {
    const answer = await get();
    const partial = await fileOf(answer, errand, saveTo);
    if (partial === undefined) return answer;
    throwIfCancelled();
    const name = bodyFileName(withoutPassword(errand.page), headerOf(answer.headers, "content-type"));
    answer.file = await partial.keepAs(name, saveTo);
    return answer;
  } finally {
    const { files } = errand;
    if (files !== undefined) await shield(() => discardAll(files));
  }
}

async function fileOf(
  answer: Answer,
  errand: Errand,
  { dir, from }: Required<SaveTo>,
): Promise<PartialFile | undefined> {
  const { saved, body, headers } = answer;
  if (saved !== null) return saved;
  if (body === null || body.length === 0) return undefined;
  // A body out of the cache is in memory, whatever it is.
  if (body.length < from && isText(headerOf(headers, "content-type"), body)) return undefined;
  const file = await PartialFile.open(dir);
  errand.own(file);
  await file.write(body);
  return file;
}

async function discardAll(files: readonly PartialFile[]): Promise<void> {
  for (const file of files) await file.discard();
}
