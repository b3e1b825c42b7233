import fc from "fast-check";
import type { Caught, ScopeKind } from "./program.js";

/** A statement as fast-check makes it up: numbers in place of names, and not all of it allowed where it stands. */
export type Draft =
  | { readonly kind: "sleep"; readonly ms: number }
  | { readonly kind: "forever" | "checkpoint" | "raise" | "return" | "ready" }
  | {
      readonly kind: "scope";
      readonly scope: ScopeKind;
      readonly ms: number;
      readonly shield: boolean;
      readonly body: Drafts;
    }
  | { readonly kind: "cancel" | "look"; readonly pick: number }
  | { readonly kind: "deadline"; readonly pick: number; readonly ms: number }
  | { readonly kind: "shield"; readonly pick: number; readonly on: boolean }
  | { readonly kind: "group"; readonly body: Drafts }
  | { readonly kind: "spawn" | "start"; readonly pick: number; readonly body: Drafts }
  | {
      readonly kind: "try";
      readonly catch: Caught | undefined;
      readonly rethrow: boolean;
      readonly body: Drafts;
      readonly handler: Drafts;
      readonly cleanUp: number;
    }
  | { readonly kind: "with"; readonly pick: number; readonly body: Drafts }
  | { readonly kind: "call"; readonly pick: number; readonly value: number; readonly lenient: boolean };

export type Drafts = readonly Draft[];

export interface ProgramDraft {
  /** Which primitives the program plays with: few, so that its tasks meet. */
  readonly palette: readonly number[];
  readonly tasks: readonly { readonly start: number; readonly body: Drafts }[];
  readonly main: Drafts;
  /** The kind and the time limit of a scope around everything; without a limit there is none. */
  readonly around: { readonly scope: ScopeKind; readonly ms: number } | undefined;
}

const ms = fc.integer({ min: 0, max: 9 });
const pick = fc.nat({ max: 999 });
const lenient = fc.constantFrom(true, true, true, false);
const caught = fc.constantFrom<Caught | undefined>("cancelled", "cancelled", "errors", "all", undefined);
const scope = fc.constantFrom<ScopeKind>("scope", "scope", "scope", "moveOn", "timeout", "timeout", "shield");

const { statement } = fc.letrec<{ statement: Draft; block: Drafts }>((tie) => {
  const body = tie("block");
  const some = <D extends Draft>(weight: number, arbitrary: fc.Arbitrary<D>): fc.WeightedArbitrary<Draft> => ({
    weight,
    arbitrary,
  });
  const kind = <K extends string>(...names: readonly K[]): fc.Arbitrary<K> => fc.constantFrom(...names);
  return {
    block: fc.array(tie("statement"), { maxLength: 4, size: "max" }),
    statement: fc.oneof(
      { maxDepth: 4, depthSize: "large", withCrossShrink: true },
      some(22, fc.record({ kind: kind("sleep"), ms })),
      some(5, fc.record({ kind: kind("forever", "checkpoint", "checkpoint", "ready", "return", "raise") })),
      some(20, fc.record({ kind: kind("call"), pick, value: fc.integer({ min: 1, max: 4 }), lenient })),
      some(7, fc.record({ kind: kind("cancel", "cancel", "look"), pick })),
      some(3, fc.record({ kind: kind("deadline"), pick, ms })),
      some(4, fc.record({ kind: kind("shield"), pick, on: fc.boolean() })),
      some(14, fc.record({ kind: kind("scope"), scope, ms, shield: fc.boolean(), body })),
      some(6, fc.record({ kind: kind("group"), body })),
      some(6, fc.record({ kind: kind("spawn", "spawn", "start"), pick, body })),
      some(9, fc.record({ kind: kind("try"), catch: caught, rethrow: fc.boolean(), body, handler: body, cleanUp: ms })),
      some(7, fc.record({ kind: kind("with"), pick, body })),
    ),
  };
});

export const programDrafts: fc.Arbitrary<ProgramDraft> = fc.record({
  palette: fc.array(pick, { minLength: 1, maxLength: 3, size: "max" }),
  tasks: fc.array(fc.record({ start: ms, body: fc.array(statement, { minLength: 1, maxLength: 6, size: "max" }) }), {
    minLength: 1,
    maxLength: 4,
    size: "max",
  }),
  main: fc.array(statement, { maxLength: 4, size: "max" }),
  around: fc.option(fc.record({ scope: fc.constantFrom<ScopeKind>("scope", "moveOn", "timeout"), ms }), {
    nil: undefined,
    freq: 3,
  }),
});
