import { readFile } from "node:fs/promises";
import * as heddle from "heddle";
import * as lowlevel from "heddle/lowlevel";
import * as streams from "heddle/streams";
import * as testing from "heddle/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { startAsyncio } from "./onAsyncio.js";
import { CASES } from "./programs/all.js";

const PAGE = new URL("../../../../docs/from-asyncio.md", import.meta.url);

/** What Python knows of asyncio's public names, in the words of the page. Those of other systems are added. */
const NAMES = `
import asyncio, json

classes = {
    "Task": asyncio.Task, "Future": asyncio.Future, "TaskGroup": asyncio.TaskGroup, "Timeout": asyncio.Timeout,
    "Runner": asyncio.Runner, "Lock": asyncio.Lock, "Event": asyncio.Event, "Condition": asyncio.Condition,
    "Semaphore": asyncio.Semaphore, "Barrier": asyncio.Barrier, "Queue": asyncio.Queue,
    "StreamReader": asyncio.StreamReader, "StreamWriter": asyncio.StreamWriter, "Server": asyncio.Server,
    "Process": asyncio.subprocess.Process, "loop": asyncio.AbstractEventLoop, "Handle": asyncio.Handle,
    "TimerHandle": asyncio.TimerHandle,
}
names = [name for name in asyncio.__all__ if not name.startswith("_")]
for name, each in classes.items():
    names += [f"{name}.{member}" for member in dir(each) if not member.startswith("_")]
names += ["open_unix_connection", "start_unix_server", "Condition.acquire", "Condition.release", "Condition.locked"]
json.dumps(sorted(set(names)))
`;

interface Row {
  /** The heading of the part of the page that it stands in. */
  readonly part: string;
  readonly cells: readonly string[];
}

let rows: readonly Row[];
let page: string;

beforeAll(async () => {
  page = await readFile(PAGE, "utf8");
  rows = tableRows(page);
});

describe("docs/from-asyncio.md", () => {
  it("has every public name of asyncio in its first column", { timeout: 60_000 }, async () => {
    const asyncio = await startAsyncio();
    const names = JSON.parse(asyncio.evaluate(NAMES) as string) as string[];
    expect(names.length).toBeGreaterThan(200);
    const known = new Set(comparisons().flatMap(({ cells }) => codeIn(cells[0]).map(withoutArguments)));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it("mentions everything that Heddle exports", () => {
    const exports = [heddle, testing, streams, lowlevel].flatMap((door) => Object.keys(door));
    const mentioned = new Set(codeIn(page).flatMap((code) => code.split(/[^\w]+/)));
    expect(exports.filter((name) => !mentioned.has(name))).toEqual([]);
  });

  it("names only what Heddle exports, where it says that something is imported", () => {
    const exported = new Set([heddle, testing, streams, lowlevel].flatMap((door) => Object.keys(door)));
    const besides = rows
      .filter(({ part }) => part === "What there is besides")
      .flatMap(({ cells }) => codeIn(cells[0]));
    const names = besides.filter((name) => !name.startsWith("heddle/"));
    expect(names.filter((name) => !exported.has(name))).toEqual([]);
  });

  it("says of every row whether it is the same, and why", () => {
    expect(comparisons().map(({ cells }) => cells.length)).toEqual(comparisons().map(() => 4));
    expect(rows.filter(({ cells }) => cells.includes(""))).toEqual([]);
    expect(new Set(comparisons().map(({ cells }) => cells[2]))).toEqual(new Set(["same", "different", "none"]));
  });

  it("lists every program that behaves differently, in its words", () => {
    const listed = rows.filter(({ part }) => part === "Differences, program by program").map(({ cells }) => cells[0]);
    const differences = Object.values(CASES).flatMap((cases) =>
      cases.filter(({ difference }) => difference !== undefined),
    );
    expect(listed.sort()).toEqual(differences.map(({ name }) => name).sort());
  });
});

/** The rows of the tables that set asyncio's calls beside ours. */
function comparisons(): readonly Row[] {
  return rows.filter(({ cells }) => cells.length > 2);
}

/** All rows of all tables but their heads, with the part of the page that they stand in. */
function tableRows(text: string): Row[] {
  const found: Row[] = [];
  let part = "";
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.startsWith("## ")) part = line.slice(3);
    const isHead = lines[index + 1]?.startsWith("|---") === true;
    if (!line.startsWith("|") || line.startsWith("|---") || isHead) continue;
    found.push({
      part,
      cells: line
        .slice(1, line.lastIndexOf("|"))
        .split("|")
        .map((cell) => cell.trim()),
    });
  }
  return found;
}

function codeIn(text: string = ""): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code as string);
}

function withoutArguments(code: string): string {
  return code.replace(/\(.*$/, "").replace(/^staggered\./, "");
}
