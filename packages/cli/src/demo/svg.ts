/** The few things that the picture is drawn with. */

export interface TextStyle {
  at: readonly [x: number, y: number];
  size: number;
  /** The class of the style sheet that colours it. */
  kind: string;
  bold?: boolean;
  anchor?: "middle" | "end";
}

export function svgText(style: TextStyle, words: string): string {
  const { at, size, kind, bold = false, anchor } = style;
  const attributes = `${bold ? ' font-weight="700"' : ""}${anchor === undefined ? "" : ` text-anchor="${anchor}"`}`;
  const place = `x="${round(at[0])}" y="${round(at[1])}" font-size="${size}"`;
  return `<text ${place} class="${kind}"${attributes}>${escapeXml(words)}</text>`;
}

/** Collects rectangles by their class: one path of many is a tenth of the size of as many elements. */
export class Rectangles {
  readonly #paths = new Map<string, string[]>();

  add(kind: string, area: { x: number; y: number; width: number; height: number }): void {
    const { x, y, width, height } = area;
    const path = this.#paths.get(kind) ?? [];
    path.push(`M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`);
    this.#paths.set(kind, path);
  }

  /** Those that were added first lie below. */
  toString(): string {
    return [...this.#paths].map(([kind, path]) => `<path class="${kind}" d="${path.join("")}"/>`).join("\n");
  }
}

/** A tenth of a pixel is finer than anybody sees. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function escapeXml(words: string): string {
  return words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
