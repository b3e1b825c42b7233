import { readFile, writeFile } from "node:fs/promises";
import { readTimeline, timelineHtml, timelineSvg } from "@heddle/inspect";
import { withSignal } from "heddle";
import { CannotReadError, CannotWriteError, systemReason, UsageError } from "../errors.js";

/** `heddle timeline`. Returns the exit code. */
export async function runTimeline(trace: string, output: string): Promise<number> {
  const draw = output.endsWith(".svg") ? timelineSvg : output.endsWith(".html") ? timelineHtml : undefined;
  if (draw === undefined) {
    throw new UsageError(`Cannot draw as the name must end in .svg or .html: received ${JSON.stringify(output)}`);
  }
  const picture = draw(readTimeline(await readText(trace), JSON.stringify(trace)));
  try {
    await withSignal((signal) => writeFile(output, picture, { signal }));
  } catch (error) {
    throw new CannotWriteError(`Cannot write ${JSON.stringify(output)} as ${systemReason(error)}`);
  }
  return 0;
}

async function readText(file: string): Promise<string> {
  try {
    return await withSignal((signal) => readFile(file, { encoding: "utf8", signal }));
  } catch (error) {
    throw new CannotReadError(`Cannot read ${JSON.stringify(file)} as ${systemReason(error)}`);
  }
}
