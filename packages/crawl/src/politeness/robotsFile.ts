import { RobotsPattern, robotsPath } from "./robotsPattern.js";

/** What one robots.txt says to one crawler. */
export interface RobotsFile {
  /** Whether a URL may be asked for, and the rule that says so, if there is one. */
  check(url: URL): { allowed: boolean; rule?: string };
  /** What the file asks to leave between two requests, in milliseconds. It is no part of RFC 9309, but often sent. */
  readonly crawlDelay: number | undefined;
  /** The addresses of sitemaps, as they are given: for whoever asks, whatever the group. */
  readonly sitemaps: readonly string[];
}

/** A longer file is read up to here, as RFC 9309, section 2.5, has it at the least. */
export const LARGEST_ROBOTS: number = 500 * 1024;

/** The name of a crawler in its user agent, and in a group's: what stands before a version. */
const TOKEN = /^[A-Za-z0-9_-]+/;

interface Rule {
  readonly allow: boolean;
  readonly pattern: RobotsPattern;
  readonly text: string;
}

/** What the file says to one of the two who are looked for: this crawler by its name, and everybody. */
interface Group {
  exists: boolean;
  readonly rules: Rule[];
  crawlDelay: number | undefined;
}

/** The name under which a crawler is looked for in robots.txt, in lower case; undefined for a user agent without one. */
export function productToken(userAgent: string): string | undefined {
  return TOKEN.exec(userAgent.trim())?.[0].toLowerCase();
}

/**
 * Reads a robots.txt by RFC 9309 for a crawler named `token`:
 *
 * - Lines end with CR, LF or both; a byte order mark in front and whatever follows a `#` is no part of it.
 * - `User-agent` lines that follow each other begin a group; others than `Allow` and `Disallow` do not end them.
 * - All groups that name the crawler are one; only where there is none do those for `*` count, together again.
 * - Of the rules that match, the longest decides, and of two that are as long the one that allows.
 * - Whatever makes no sense is as if it were not there.
 */
export function parseRobots(body: Uint8Array, token: string): RobotsFile {
  const named: Group = { exists: false, rules: [], crawlDelay: undefined };
  const everybody: Group = { exists: false, rules: [], crawlDelay: undefined };
  const sitemaps: string[] = [];
  /** Those of the two whom the current group is about. */
  let about = new Set<Group>();
  let isNaming = false;

  for (const line of linesOf(body)) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const key = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (key === "user-agent") {
      if (!isNaming) about = new Set();
      isNaming = true;
      const group = /^\*(?:\s|$)/.test(value) ? everybody : productToken(value) === token ? named : undefined;
      if (group !== undefined) about.add(group);
      for (const each of about) each.exists = true;
    } else if (key === "allow" || key === "disallow") {
      isNaming = false;
      // An empty one forbids nothing, and one that begins otherwise can match no path.
      if (!/^[/*]/.test(value)) continue;
      const text = `${key === "allow" ? "Allow" : "Disallow"}: ${asUtf8(value)}`;
      const rule = { allow: key === "allow", pattern: new RobotsPattern(value), text };
      for (const group of about) group.rules.push(rule);
    } else if (key === "crawl-delay") {
      const delay = Number(value === "" ? NaN : value) * 1000;
      if (delay >= 0 && delay < Infinity) {
        for (const group of about) group.crawlDelay = Math.max(group.crawlDelay ?? 0, delay);
      }
    } else if (key === "sitemap" && value !== "") {
      sitemaps.push(asUtf8(value));
    }
  }
  const { rules, crawlDelay } = named.exists ? named : everybody;
  return new Rules(rules, crawlDelay, sitemaps);
}

class Rules implements RobotsFile {
  readonly crawlDelay: number | undefined;
  readonly sitemaps: readonly string[];
  /** The first that matches decides. */
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[], crawlDelay: number | undefined, sitemaps: readonly string[]) {
    this.crawlDelay = crawlDelay;
    this.sitemaps = sitemaps;
    this.#rules = rules.toSorted((a, b) => b.pattern.octets - a.pattern.octets || Number(b.allow) - Number(a.allow));
  }

  check(url: URL): { allowed: boolean; rule?: string } {
    const path = robotsPath(url);
    if (path === "/robots.txt") return { allowed: true };
    const rule = this.#rules.find(({ pattern }) => pattern.matches(path));
    return rule === undefined ? { allowed: true } : { allowed: rule.allow, rule: rule.text };
  }
}

/** The lines without comments, a character for each byte. A line that the largest size cuts is left out. */
function* linesOf(body: Uint8Array): Generator<string> {
  const whole = body.length <= LARGEST_ROBOTS;
  const bytes = Buffer.from(body.buffer, body.byteOffset, whole ? body.length : LARGEST_ROBOTS);
  const text = bytes.toString("latin1").replace(/^\u00EF\u00BB\u00BF/, "");
  const lines = text.split(/\r\n|\r|\n/);
  if (!whole) lines.pop();
  for (const line of lines) {
    const comment = line.indexOf("#");
    yield comment < 0 ? line : line.slice(0, comment);
  }
}

function asUtf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
