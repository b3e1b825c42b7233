import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Link, List, unlink } from "../../src/ground/link.js";
import { runs } from "../support/runs.js";

class Node extends Link {
  readonly id: number;
  constructor(id: number) {
    super();
    this.id = id;
  }
}

/** With two lists: a node may be pushed to a list only when it is free, and unlinked at any time. */
const step = fc.record({
  do: fc.constantFrom("push", "unlink", "shift"),
  list: fc.integer({ min: 0, max: 1 }),
  node: fc.integer({ min: 0, max: 7 }),
});

describe("List, against an array", () => {
  it("has the same nodes in the same order, whichever leave", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const lists = [new List<Node>(), new List<Node>()];
        const models: number[][] = [[], []];
        const nodes = Array.from({ length: 8 }, (_, id) => new Node(id));
        for (const each of steps) {
          const list = lists[each.list] as List<Node>;
          const model = models[each.list] as number[];
          const node = nodes[each.node] as Node;
          const home = models.find((ids) => ids.includes(node.id));
          if (each.do === "push" && home === undefined) {
            list.push(node);
            model.push(node.id);
          } else if (each.do === "unlink") {
            home?.splice(home.indexOf(node.id), 1);
            expect(unlink(node)).toBe(home?.length === 0);
          } else if (each.do === "shift") {
            expect(list.shift()?.id).toBe(model.shift());
          }
          for (const [i, ids] of models.entries()) {
            const found = lists[i] as List<Node>;
            expect([...found].map(({ id }) => id)).toEqual(ids);
            expect([found.count(), found.isEmpty, found.first?.id]).toEqual([ids.length, ids.length === 0, ids[0]]);
          }
        }
      }),
      runs(150),
    );
  });
});
