import { decodeHTML } from "entities/decode";
import { collapsed } from "../content/collapsed.js";

/** What a page calls itself. In lower case. */
export interface Names {
  readonly title: string;
  readonly heading: string;
}

/** Text out of a page's source as the rules look at it: without entities, with single spaces, in lower case. */
export function tidied(raw: string): string {
  return collapsed(raw.includes("&") ? decodeHTML(raw) : raw).toLowerCase();
}
