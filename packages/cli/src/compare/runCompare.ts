import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { adviceOn, compareJobs, compareSvg, compareText } from "@heddle/inspect";
import { withSignal } from "heddle";
import { CannotWriteError, systemReason, UsageError } from "../errors.js";

/** `heddle compare`. Returns the exit code. */
export async function runCompare(
  file: string,
  flags: { times?: number; threads?: number; output?: string; json?: boolean },
): Promise<number> {
  const { times, threads, output, json = false } = flags;
  if (output !== undefined && !output.endsWith(".svg")) {
    throw new UsageError(`Cannot draw as the name must end in .svg: received ${JSON.stringify(output)}`);
  }
  const comparison = await compareJobs(resolve(file), {
    ...(times === undefined ? {} : { times }),
    ...(threads === undefined ? {} : { threads }),
  });
  const text = json
    ? `${JSON.stringify({ ...comparison, advice: adviceOn(comparison) }, null, 2)}\n`
    : compareText(comparison);
  process.stdout.write(text);
  if (output === undefined) return 0;
  try {
    await withSignal((signal) => writeFile(output, compareSvg(comparison), { signal }));
  } catch (error) {
    throw new CannotWriteError(`Cannot write ${JSON.stringify(output)} as ${systemReason(error)}`);
  }
  return 0;
}
