import { UsageError } from "../errors.js";

/** Where the bodies of pages go: nowhere, into the records, or into files in a folder. */
export type BodyMode =
  | { readonly to: "none" }
  | { readonly to: "inline" }
  | { readonly to: "files"; readonly folder: string };

/**
 * `none`, `inline`, or a folder. A folder has a slash in it (`pages/`), so that a slip of the pen does not make one.
 *
 * @throws UsageError for anything else
 */
export function parseBodyMode(text: string): BodyMode {
  if (text === "none" || text === "inline") return { to: text };
  if (/[/\\]/.test(text)) return { to: "files", folder: text };
  const meant = text === "" ? "" : `; for a folder write ${JSON.stringify(`${text}/`)}`;
  throw new UsageError(
    `Cannot set --body as it must be none, inline or a folder with a slash: received ${JSON.stringify(text)}${meant}`,
  );
}
