import type { PagePlan } from "./planPages.js";
import type { Random } from "./random.js";
import { randomFrom, wholeNumber } from "./random.js";

const WORDS =
  "warp weft loom thread shuttle bobbin pattern twill linen wool silk cotton spool heddle reed treadle cloth border " +
  "selvedge knot colour shade width length beam tension even open close pass under over through between across along";

/** Enough for pages to differ; making each page of words of its own would cost more than serving it. */
const PARAGRAPHS = 64;

/** The HTML of the sites' pages, the same for the same seed. */
export class PageText {
  readonly #seed: number;
  readonly #paragraphs: readonly string[];

  constructor(seed: number) {
    this.#seed = seed;
    const random = randomFrom(seed);
    this.#paragraphs = Array.from({ length: PARAGRAPHS }, () => paragraph(random));
  }

  /** A page of about `plan.bytes` bytes: never less, and at most a paragraph more. */
  html(plan: PagePlan): string {
    const random = randomFrom(this.#seed ^ Math.imul(plan.id + 1, 0x9e3779b1));
    const parts = [
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page ${plan.id}</title></head>`,
      `<body><h1>Page ${plan.id}</h1>\n`,
    ];
    let length = parts.join("").length;
    while (length < plan.bytes) {
      const link = `<a href="/page/${wholeNumber(random, 0, 9999)}">on</a>`;
      const part = `<p>${this.#paragraphs[wholeNumber(random, 0, PARAGRAPHS - 1)]} ${link}</p>\n`;
      parts.push(part);
      length += part.length;
    }
    parts.push("</body></html>\n");
    return parts.join("");
  }
}

function paragraph(random: Random): string {
  const words = WORDS.split(" ");
  const sentence = (): string => {
    const picked = Array.from(
      { length: wholeNumber(random, 6, 14) },
      () => words[wholeNumber(random, 0, words.length - 1)],
    );
    const text = picked.join(" ");
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  };
  return Array.from({ length: wholeNumber(random, 4, 9) }, sentence).join(" ");
}
