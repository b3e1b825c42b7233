import { now } from "heddle";
import { seconds } from "../ground/errors.js";
import type { LimitChange } from "./adaptiveLimit.js";
import type { Host } from "./host.js";

/**
 * What a host is doing:
 *
 * - "unknown": nobody asks it, and there is nothing to remember
 * - "open": the next request may leave at once
 * - "full": as many requests are under way as it gets at a time
 * - "spaced": the next request has to keep its distance from the one before
 * - "parked": it refused, and is left alone
 * - "probing": it refused, and one request has gone ahead to see
 */
export type HostState = "unknown" | "open" | "full" | "spaced" | "parked" | "probing";

/** Why a host waits. Durations are milliseconds. */
export interface HostExplanation {
  readonly host: string;
  readonly state: HostState;
  /** All of it in words, for people. */
  readonly text: string;
  /** Requests under way. */
  readonly active: number;
  /** Pages that wait to make one. */
  readonly waiting: number;
  /** Requests that it gets at a time now. */
  readonly limit: number;
  /** And at the most. */
  readonly perHost: number;
  /** The time from the start of one request to that of the next. */
  readonly spacing: number;
  /** What its robots.txt asks for; 0 if nothing, or if it is not known. */
  readonly crawlDelay: number;
  /** How long no request may leave, because it is parked or of the spacing; what is under way does not count. */
  readonly wait: number;
  readonly parkedFor: number;
  /** Why it is parked, if it is. */
  readonly because?: string;
  /** How often it refused in a row. */
  readonly strikes: number;
  /** How long its answers take. */
  readonly latency?: { readonly recent: number; readonly usual: number };
  /** Why it gets fewer requests at a time than it might, the last time that this changed. */
  readonly lastChange?: LimitChange;
}

export function explainHost(host: Host): HostExplanation {
  const moment = now();
  const state = stateOf(host, moment);
  const { name, active, spacing, crawlDelay, strikes, limit, because } = host;
  const parkedFor = Math.max(0, host.openAt - moment);
  const explanation = {
    host: name,
    state,
    text: `${name} ${wordsFor(host, state, moment).join("; ")}`,
    active,
    waiting: host.users - active,
    limit: host.concurrency,
    perHost: host.rules.perHost,
    spacing,
    crawlDelay,
    wait: Math.max(0, host.readyAt - moment),
    parkedFor,
    strikes,
  };
  return {
    ...explanation,
    ...(parkedFor > 0 && { because }),
    ...(limit.latency && { latency: limit.latency }),
    ...(limit.lastChange && { lastChange: limit.lastChange }),
  };
}

/** Of a host that nothing is known of. */
export function explainUnknown(name: string, perHost: number, delay: number): HostExplanation {
  const text = `${name} may be asked: nothing is under way, and nothing is known of it`;
  const counts = { active: 0, waiting: 0, crawlDelay: 0, wait: 0, parkedFor: 0, strikes: 0 };
  return { host: name, state: "unknown", text, ...counts, limit: perHost, perHost, spacing: delay };
}

function stateOf(host: Host, moment: number): HostState {
  if (host.openAt > moment) return "parked";
  if (host.strikes > 0 && host.active > 0) return "probing";
  if (host.isFull) return "full";
  return host.readyAt > moment ? "spaced" : "open";
}

function wordsFor(host: Host, state: HostState, moment: number): string[] {
  const { active, limit, strikes, rules } = host;
  const words = [stateWords(host, state, moment)];
  if (state === "parked" && active > 0)
    words.push(`${requests(active)} from before ${active === 1 ? "is" : "are"} under way`);
  if (strikes > 0 && state !== "probing") words.push("after that one request goes ahead");
  if (host.crawlDelay > 0) words.push(`its robots.txt asks for ${seconds(host.crawlDelay)} between requests`);
  else if (limit.isReduced && strikes === 0) {
    const { lastChange } = limit;
    const why = lastChange === undefined ? "" : `, as ${lastChange.because}`;
    words.push(`it gets ${rounded(limit.value)} instead of ${rules.perHost} at a time${why}`);
  }
  const waiting = host.users - active;
  if (waiting > 0) words.push(`${waiting} ${waiting === 1 ? "page waits" : "pages wait"}`);
  return words;
}

function stateWords(host: Host, state: HostState, moment: number): string {
  switch (state) {
    case "parked": {
      const again = host.strikes > 1 ? ` (${host.strikes} times in a row)` : "";
      return `is left alone for ${seconds(host.openAt - moment)}, as ${host.because}${again}`;
    }
    case "probing":
      return `refused before, and one request has gone ahead to see whether it still does`;
    case "full":
      return `has ${requests(host.active)} under way, as many as it gets at a time`;
    case "spaced":
      return `gets its next request in ${seconds(host.readyAt - moment)}, ${seconds(host.spacing)} after the last one`;
    default:
      return `may be asked: ${requests(host.active)} under way, ${host.concurrency} at a time`;
  }
}

function requests(count: number): string {
  return count === 1 ? "1 request" : `${count} requests`;
}

function rounded(value: number): string {
  return value >= 1 ? String(Math.floor(value)) : value.toFixed(2);
}
