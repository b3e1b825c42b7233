/** What V8's profiler hands over, as far as it is read here. Lines count from 0 in frames and from 1 in ticks. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node in which the program was found, each time. */
  readonly samples?: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

/** Where a program has spent most of its time. */
export interface HotSpot {
  readonly function: string;
  /** `file:line`. */
  readonly at: string;
  /** Its share of the time in which the program computed, 0 to 1. */
  readonly share: number;
}

/** How the event loop of a program fared while it was watched. */
export interface LoopWatch {
  /** The longest time in which it did not turn, in milliseconds. */
  readonly longest: number;
  /** Where most of the time was spent, if any was. */
  readonly hottest?: HotSpot;
}

/** Time spent in these is the caller's: nothing of it can be changed there. */
const NOT_THE_USERS = /^$|^node:|\/heddle\/dist\//;
const IDLE: readonly string[] = ["(idle)", "(root)"];

/**
 * The function of the program's own in which it has spent most of its time: what it calls of the platform and of this library,
 * such as `JSON.parse`, counts as its own. Undefined when it has computed nothing.
 */
export function hotSpotOf({ nodes, samples = [] }: CpuProfile): HotSpot | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const counts = new Map<string, { count: number; node: ProfileNode; nodes: Set<ProfileNode> }>();
  let all = 0;
  for (const sample of samples) {
    if (IDLE.includes(byId.get(sample)?.callFrame.functionName ?? "(idle)")) continue;
    all++;
    const node = ownNode(sample, byId, parents);
    if (node === undefined) continue;
    const { functionName, url, lineNumber } = node.callFrame;
    const key = `${functionName} ${url} ${lineNumber}`;
    const known = counts.get(key) ?? { count: 0, node, nodes: new Set() };
    known.count++;
    known.nodes.add(node);
    counts.set(key, known);
  }
  const [hottest] = [...counts.values()].sort((a, b) => b.count - a.count);
  if (hottest === undefined) return undefined;
  const { functionName, url, lineNumber } = hottest.node.callFrame;
  const line = lineWithMostTicks(hottest.nodes) ?? lineNumber + 1;
  return {
    function: functionName === "" ? "(anonymous)" : functionName,
    at: `${decodeURI(url.replace(/^file:\/\//, ""))}:${line}`,
    share: hottest.count / all,
  };
}

function ownNode(
  id: number,
  byId: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): ProfileNode | undefined {
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const node = byId.get(at);
    if (node !== undefined && !NOT_THE_USERS.test(node.callFrame.url)) return node;
  }
  return undefined;
}

/** Ticks are counted only in the function itself: one that is hot by what it calls may have none. */
function lineWithMostTicks(nodes: Iterable<ProfileNode>): number | undefined {
  const ticks = new Map<number, number>();
  for (const { positionTicks = [] } of nodes) {
    for (const { line, ticks: more } of positionTicks) ticks.set(line, (ticks.get(line) ?? 0) + more);
  }
  return [...ticks].sort((a, b) => b[1] - a[1])[0]?.[0];
}
