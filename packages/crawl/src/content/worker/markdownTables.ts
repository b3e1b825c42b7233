import type TurndownService from "turndown";
import type { DomNode } from "./domNode.js";

/** Tables as GitHub writes them. A table that holds another one is there for the layout: its cells become blocks. */
export function addTables(service: TurndownService): void {
  service.addRule("cell", {
    filter: ["th", "td"],
    replacement: (content, node) =>
      shapeAround(node as unknown as DomNode).isLayout ? `\n\n${content}\n\n` : cell(content),
  });
  service.addRule("row", {
    filter: "tr",
    replacement: (content, node) => row(content, node as unknown as DomNode),
  });
  service.addRule("caption", { filter: "caption", replacement: (content) => `${content.trim()}\n\n` });
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
  const { isLayout, columns, firstRow } = shapeAround(node);
  if (isLayout || content === "") return content;
  // All rows need as many cells as the first, or what is too much would not be shown.
  const missing = "  |".repeat(columns - cellsOf(node).length);
  // The first row is the head, whatever it is: without one it would not be a table.
  const line = node === firstRow ? `\n|${" --- |".repeat(columns)}` : "";
  return `|${content}${missing}${line}\n`;
}

interface TableShape {
  readonly isLayout: boolean;
  readonly columns: number;
  readonly firstRow: DomNode | undefined;
}

/** Cells and rows without a table are blocks. */
const NO_TABLE: TableShape = { isLayout: true, columns: 0, firstRow: undefined };

/** Found out once for each table. */
const known = new WeakMap<DomNode, TableShape>();

/** The shape of the table that a row or a cell is in. */
function shapeAround(node: DomNode): TableShape {
  let table: DomNode | null = node.parentNode;
  while (table !== null && table.nodeName !== "TABLE") table = table.parentNode;
  if (table === null) return NO_TABLE;
  let shape = known.get(table);
  if (shape === undefined) {
    shape = shapeOf(table);
    known.set(table, shape);
  }
  return shape;
}

function shapeOf(table: DomNode): TableShape {
  const rows = rowsOf(table);
  const columns = rows.reduce((most, each) => Math.max(most, cellsOf(each).length), 0);
  return { isLayout: columns <= 1 || holdsTable(table), columns, firstRow: rows[0] };
}

function rowsOf(node: DomNode): DomNode[] {
  return Array.from(node.childNodes).flatMap((child) => {
    if (child.nodeName === "TR") return [child];
    return /^(?:THEAD|TBODY|TFOOT)$/.test(child.nodeName) ? rowsOf(child) : [];
  });
}

function cellsOf(node: DomNode): DomNode[] {
  return Array.from(node.childNodes).filter(({ nodeName }) => nodeName === "TD" || nodeName === "TH");
}

function holdsTable(node: DomNode): boolean {
  return Array.from(node.childNodes).some((child) => child.nodeName === "TABLE" || holdsTable(child));
}
