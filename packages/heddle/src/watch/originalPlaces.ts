import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

interface Script {
  readonly url: string;
  readonly mapUrl: string;
  /** Null for a script without a map, or with one that cannot be read. */
  map?: SourceMap | null;
}

/**
 * Where code was written: what a debugger tells of a script is where it was put by a compiler. Stacks of errors are told in
 * the original lines where the program has source maps on (`--enable-source-maps`, or tsx), and so these are then too.
 */
export class OriginalPlaces {
  readonly #mapped: boolean;
  readonly #scripts = new Map<string, Script>();

  /** @param mapped whether source maps are to be used */
  constructor(mapped: boolean) {
    this.#mapped = mapped;
  }

  /** @param mapUrl relative to the script, or with the map in it; empty for none */
  add(id: string, url: string, mapUrl: string | undefined): void {
    this.#scripts.set(id, { url, mapUrl: mapUrl ?? "" });
  }

  urlOf(id: string): string | undefined {
    return this.#scripts.get(id)?.url;
  }

  /** `file:line:column`, counted from 1. @param line counted from 0, as `column` is */
  placeOf(id: string, line: number, column: number): string {
    const script = this.#scripts.get(id) ?? { url: "", mapUrl: "" };
    if (this.#mapped && script.mapUrl !== "") {
      script.map ??= readMap(script);
      const entry = script.map?.findEntry(line, column);
      if (entry !== undefined && "originalSource" in entry && entry.originalSource !== undefined) {
        const source = new URL(entry.originalSource, script.url).href;
        return `${pathOf(source)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
      }
    }
    return `${pathOf(script.url)}:${line + 1}:${column + 1}`;
  }
}

function readMap({ url, mapUrl }: Script): SourceMap | null {
  try {
    const [, inside] = /^data:application\/json[^,]*base64,(.*)$/.exec(mapUrl) ?? [];
    const text =
      inside === undefined
        ? readFileSync(new URL(mapUrl, url), "utf8")
        : Buffer.from(inside, "base64").toString("utf8");
    return new SourceMap(JSON.parse(text));
  } catch {
    return null;
  }
}

function pathOf(url: string): string {
  return decodeURI(url.replace(/^file:\/\//, ""));
}
