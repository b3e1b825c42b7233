import fc from "fast-check";

/**
 * A random program in which many things happen at the same moment: all durations are a few whole milliseconds. What comes of
 * it depends on the order of promise jobs and is not foretold; what must be true of every program is checked.
 */
export type Bustle =
  | { readonly do: "sleep" | "fail" | "platformCall" | "foreignPromise"; readonly ms: number }
  | { readonly do: "checkpoint" | "abort" }
  | { readonly do: "cancel"; readonly which: number; readonly ms: number }
  | { readonly do: "put" | "get"; readonly queue: number; readonly ms: number }
  | { readonly do: "seq"; readonly parts: readonly Bustle[] }
  | { readonly do: "cancelScope" | "timeout" | "moveOnAfter" | "shield"; readonly ms: number; readonly body: Bustle }
  | { readonly do: "followSignal" | "swallow" | "rescue" | "background"; readonly body: Bustle }
  | { readonly do: "finally"; readonly body: Bustle; readonly ms: number; readonly fails: boolean }
  | { readonly do: "permit"; readonly count: number; readonly body: Bustle }
  | { readonly do: "start"; readonly before: Bustle; readonly after: Bustle; readonly isReady: boolean }
  | {
      readonly do: "group";
      readonly limit: number;
      readonly onFailure: "cancel" | "continue";
      readonly body: Bustle;
      readonly children: readonly Bustle[];
    }
  | { readonly do: "gather"; readonly limit: number; readonly settle: boolean; readonly children: readonly Bustle[] }
  | {
      readonly do: "map";
      readonly items: readonly Bustle[];
      readonly limit: number;
      readonly ordered: boolean;
      /** After so many results the loop is left. */
      readonly take: number;
    };

const ms = fc.nat(4);
const limit = fc.constantFrom(Infinity, 1, 2);
const is = <K extends Bustle["do"]>(...kinds: K[]): fc.Arbitrary<K> => fc.constantFrom(...kinds);

const { root } = fc.letrec<{ root: Bustle; work: Bustle; leaf: Bustle; inner: Bustle }>((tie) => {
  const work = tie("work");
  const several = (minLength: number): fc.Arbitrary<Bustle[]> =>
    fc.array(work, { minLength, maxLength: 4, size: "max" });
  const group = fc.record({
    do: is("group"),
    limit,
    onFailure: fc.constantFrom("cancel" as const, "continue" as const),
    body: work,
    children: several(1),
  });
  return {
    root: group,
    work: fc.oneof(
      { maxDepth: 5, depthSize: "max" },
      { weight: 1, arbitrary: tie("leaf") },
      { weight: 2, arbitrary: tie("inner") },
    ),
    leaf: fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: is("sleep", "platformCall", "foreignPromise"), ms }) },
      { weight: 2, arbitrary: fc.record({ do: is("fail"), ms }) },
      { weight: 1, arbitrary: fc.record({ do: is("checkpoint", "abort") }) },
      { weight: 2, arbitrary: fc.record({ do: is("cancel"), which: fc.nat(40), ms }) },
      { weight: 5, arbitrary: fc.record({ do: is("put", "get"), queue: fc.nat(1), ms }) },
    ),
    inner: fc.oneof(
      { weight: 2, arbitrary: fc.record({ do: is("seq"), parts: several(1) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: is("cancelScope", "timeout", "moveOnAfter", "shield"), ms, body: work }),
      },
      { weight: 2, arbitrary: fc.record({ do: is("followSignal", "swallow", "rescue", "background"), body: work }) },
      { weight: 1, arbitrary: fc.record({ do: is("finally"), body: work, ms, fails: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ do: is("permit"), count: fc.integer({ min: 1, max: 3 }), body: work }) },
      { weight: 1, arbitrary: fc.record({ do: is("start"), before: work, after: work, isReady: fc.boolean() }) },
      { weight: 2, arbitrary: group },
      { weight: 1, arbitrary: fc.record({ do: is("gather"), limit, settle: fc.boolean(), children: several(1) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: is("map"), items: several(0), limit, ordered: fc.boolean(), take: fc.nat(4) }),
      },
    ),
  };
});

export const bustle: fc.Arbitrary<Bustle> = root;
