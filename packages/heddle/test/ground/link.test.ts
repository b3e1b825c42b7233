import { describe, expect, it } from "vitest";
import { Link, List, unlink } from "../../src/ground/link.js";

class Node extends Link {
  readonly id: number;
  constructor(id: number) {
    super();
    this.id = id;
  }
}

function filled(count: number): { list: List<Node>; nodes: Node[] } {
  const list = new List<Node>();
  const nodes = Array.from({ length: count }, (_, id) => new Node(id));
  for (const node of nodes) list.push(node);
  return { list, nodes };
}

const ids = (list: List<Node>): number[] => [...list].map(({ id }) => id);

describe("List", () => {
  it("has its nodes in the order in which they came", () => {
    const { list } = filled(3);
    expect(ids(list)).toEqual([0, 1, 2]);
    expect([list.count(), list.isEmpty, list.first?.id]).toEqual([3, false, 0]);
  });

  it("gives out the first, and undefined when it is empty", () => {
    const { list } = filled(2);
    expect([list.shift()?.id, list.shift()?.id, list.shift()]).toEqual([0, 1, undefined]);
    expect([list.isEmpty, list.first, list.count()]).toEqual([true, undefined, 0]);
  });

  it("lets a node out of its middle", () => {
    const { list, nodes } = filled(3);
    expect(unlink(nodes[1] as Node)).toBe(false);
    expect(ids(list)).toEqual([0, 2]);
  });

  it("says when the last node has left", () => {
    const { list, nodes } = filled(1);
    expect(unlink(nodes[0] as Node)).toBe(true);
    expect(list.isEmpty).toBe(true);
  });

  it("leaves a node alone that stands in no list", () => {
    expect(unlink(new Node(0))).toBe(false);
    const { list, nodes } = filled(2);
    unlink(nodes[0] as Node);
    expect(unlink(nodes[0] as Node)).toBe(false);
    expect(ids(list)).toEqual([1]);
  });

  it("takes a node again that has left", () => {
    const { list, nodes } = filled(2);
    unlink(nodes[0] as Node);
    list.push(nodes[0] as Node);
    expect(ids(list)).toEqual([1, 0]);
  });

  it("may lose the node at hand while it is walked", () => {
    const { list } = filled(4);
    const seen: number[] = [];
    for (const node of list) {
      seen.push(node.id);
      unlink(node);
    }
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(list.isEmpty).toBe(true);
  });
});
