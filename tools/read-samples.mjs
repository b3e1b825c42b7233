// Finds the samples in Markdown and in doc comments: fenced blocks that are marked as TypeScript.
//
//   ```ts           compiled, run, and its output compared with its "// prints:" comments
//   ```ts no-run    compiled only

const FENCE = /^(?<indent>\s*)(?<ticks>`{3,}|~{3,})\s*(?<language>[\w-]*)(?<marks>[^`]*)$/;
const PRINTS = /\/\/ ?prints: ?(.*)$/;
const MISSPELLED = new Set(["typescript", "js", "javascript", "mjs", "tsx", "mts"]);

/**
 * @typedef {{ path: string, line: number, lines: string[], runs: boolean, prints: string[] }} Sample
 *   `line` is where its first line of code stands in `path`, counted from 1.
 * @typedef {{ at: string, message: string }} Complaint
 */

/** @returns {{ samples: Sample[], complaints: Complaint[] }} the samples of one Markdown text, in order */
export function readMarkdown(path, text) {
  return readFences(path, text.split(/\r?\n/), 1);
}

/** @returns {{ samples: Sample[], complaints: Complaint[] }} the samples of the doc comments of one source */
export function readDocComments(path, source) {
  const samples = [];
  const complaints = [];
  for (const { 0: comment, index } of source.matchAll(/\/\*\*(?!\/)[\s\S]*?\*\//g)) {
    const firstLine = source.slice(0, index).split("\n").length;
    const lines = comment
      .split(/\r?\n/)
      .map((line) => line.replace(/^\s*(?:\/\*\*|\*(?!\/)) ?/, "").replace(/\s*\*\/$/, ""));
    const found = readFences(path, lines, firstLine);
    samples.push(...found.samples);
    complaints.push(...found.complaints);
    lines.forEach((line, offset) => {
      if (!/^\s*@example\b/.test(line)) return;
      const next = lines.slice(offset + 1).findIndex((each) => /^\s*@\w+/.test(each));
      const rest = lines.slice(offset + 1, next === -1 ? undefined : offset + 1 + next);
      if (!rest.some((each) => FENCE.test(each))) {
        const message = `Cannot check an example as it has no fence: received "${line.trim()}". Put it between \`\`\`ts and \`\`\``;
        complaints.push({ at: `${path}:${firstLine + offset}`, message });
      }
    });
  }
  return { samples, complaints };
}

function readFences(path, lines, firstLine) {
  /** @type {Sample[]} */
  const samples = [];
  /** @type {Complaint[]} */
  const complaints = [];
  for (let index = 0; index < lines.length; index += 1) {
    const opening = FENCE.exec(lines[index])?.groups;
    if (opening === undefined) continue;
    const { indent, ticks, language } = opening;
    const marks = opening.marks.trim();
    const at = `${path}:${firstLine + index}`;
    const start = index + 1;
    do index += 1;
    while (index < lines.length && !isClosing(lines[index], ticks));
    if (index === lines.length) {
      complaints.push({
        at,
        message: `Cannot read a sample as its fence is not closed: received "${lines[start - 1].trim()}"`,
      });
    } else if (MISSPELLED.has(language.toLowerCase())) {
      complaints.push({
        at,
        message: `Cannot check a sample as only "ts" is checked: received "${language}"`,
      });
    } else if (language === "ts" && marks !== "" && marks !== "no-run") {
      complaints.push({
        at,
        message: `Cannot check a sample as the only mark is "no-run": received "${marks}"`,
      });
    } else if (language === "ts") {
      const code = lines
        .slice(start, index)
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()));
      const prints = code.flatMap((line) => PRINTS.exec(line)?.[1]?.trimEnd() ?? []);
      samples.push({ path, line: firstLine + start, lines: code, runs: marks === "", prints });
    }
  }
  return { samples, complaints };
}

function isClosing(line, ticks) {
  const text = line.trim();
  return text.startsWith(ticks) && text === ticks[0].repeat(text.length);
}
