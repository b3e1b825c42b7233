import type TurndownService from "turndown";
import type { DomNode } from "./domNode.js";

/** Tables as GitHub writes them. A table that holds another one is there for the layout: its cells become blocks. */
export function addTables(service: TurndownService): void {
  service.addRule("cell", {
    filter: ["th", "td"],
    replacement: (content, node) => (isLayout(node as unknown as DomNode) ? `\n\n${content}\n\n` : cell(content)),
  });
  service.addRule("row", {
    filter: "tr",
    replacement: (content, node) => row(content, node as unknown as DomNode),
  });
  service.addRule("rows", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });
}

function cell(content: string): string {
  return ` ${content
    .trim()
    .replace(/\s*\n\s*/g, " ")
    .replace(/(?<!\\)\|/g, "\\|")} |`;
}

function row(content: string, node: DomNode): string {
  if (isLayout(node)) return content;
  if (content === "") return "";
  const columns = elements(node).length;
  // The first row is the head, whatever it is: without one it would not be a table.
  const line = isFirst(node) ? `\n|${" --- |".repeat(columns)}` : "";
  return `|${content}${line}\n`;
}

function elements(node: DomNode): DomNode[] {
  return Array.from(node.childNodes).filter(({ nodeName }) => nodeName === "TD" || nodeName === "TH");
}

function isFirst(node: DomNode): boolean {
  const table = tableOf(node);
  return table !== undefined && rowsOf(table)[0] === node;
}

function rowsOf(node: DomNode): DomNode[] {
  return Array.from(node.childNodes).flatMap((child) => {
    if (child.nodeName === "TR") return [child];
    return /^(?:THEAD|TBODY|TFOOT)$/.test(child.nodeName) ? rowsOf(child) : [];
  });
}

function tableOf(node: DomNode): DomNode | undefined {
  for (let at: DomNode | null = node.parentNode; at !== null; at = at.parentNode)
    if (at.nodeName === "TABLE") return at;
  return undefined;
}

/** Asked once for each table. */
const known = new WeakMap<DomNode, boolean>();

function isLayout(node: DomNode): boolean {
  const table = tableOf(node);
  if (table === undefined) return true;
  const before = known.get(table);
  if (before !== undefined) return before;
  const now = holdsTable(table) || rowsOf(table).every((each) => elements(each).length <= 1);
  known.set(table, now);
  return now;
}

function holdsTable(node: DomNode): boolean {
  return Array.from(node.childNodes).some((child) => child.nodeName === "TABLE" || holdsTable(child));
}
