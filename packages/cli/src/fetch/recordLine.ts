import type { FetchRecord } from "@heddle/crawl";

/**
 * The line of a record. The text of a page is in `html`. What is not text is in `body`, as base64, with `bodyEncoding`
 * beside it; or in the file that `file` names, if there is one.
 */
export function recordLine(record: FetchRecord, body: { inline: boolean; file?: string | undefined }): string {
  const { html, body: bytes, ...rest } = record;
  const line: Record<string, unknown> = rest;
  if (body.file !== undefined) line["file"] = body.file;
  if (body.inline && html !== undefined) line["html"] = html;
  if (body.inline && bytes !== undefined) {
    line["body"] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    line["bodyEncoding"] = "base64";
  }
  return JSON.stringify(line);
}
