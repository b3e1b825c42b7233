import fc from "fast-check";
import { legalise } from "./legalise.js";
import type { Program } from "./program.js";

/** A statement as fast-check makes it up: numbers in place of names, and not all of it allowed where it stands. */
export type Draft =
  | { readonly kind: "sleep"; readonly ms: number }
  | { readonly kind: "call"; readonly pick: number; readonly value: number }
  | { readonly kind: "cancel" | "look"; readonly pick: number }
  | {
      readonly kind: "wait";
      readonly pick: number;
      readonly until: "all" | "first" | "firstError";
      readonly ms: number;
    }
  | { readonly kind: "raise" | "return" }
  | { readonly kind: "spawn"; readonly inGroup: boolean; readonly body: readonly Draft[] }
  | { readonly kind: "group" | "try"; readonly body: readonly Draft[]; readonly handler: readonly Draft[] }
  | { readonly kind: "timeout"; readonly ms: number; readonly body: readonly Draft[] }
  | { readonly kind: "gather"; readonly settle: boolean; readonly bodies: readonly (readonly Draft[])[] }
  | { readonly kind: "with"; readonly pick: number; readonly body: readonly Draft[] };

export interface ProgramDraft {
  /** Which primitives the program plays with: few, so that its tasks meet. */
  readonly palette: readonly number[];
  readonly tasks: readonly { readonly start: number; readonly body: readonly Draft[] }[];
  readonly main: readonly Draft[];
}

const ms = fc.integer({ min: 0, max: 9 });
const pick = fc.nat({ max: 999 });
const until = fc.constantFrom("all" as const, "first" as const, "firstError" as const);

const { statement } = fc.letrec<{ statement: Draft; block: readonly Draft[] }>((tie) => {
  const body = tie("block");
  const some = <D extends Draft>(weight: number, arbitrary: fc.Arbitrary<D>): fc.WeightedArbitrary<Draft> => ({
    weight,
    arbitrary,
  });
  return {
    block: fc.array(tie("statement"), { maxLength: 4, size: "max" }),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: "large" },
      some(40, fc.record({ kind: fc.constant("call"), pick, value: fc.integer({ min: 1, max: 9 }) })),
      some(8, fc.record({ kind: fc.constant("sleep"), ms })),
      some(6, fc.record({ kind: fc.constantFrom("cancel", "look"), pick })),
      some(2, fc.record({ kind: fc.constant("wait"), pick, until, ms })),
      some(3, fc.record({ kind: fc.constantFrom("raise", "raise", "return"), pick })),
      some(4, fc.record({ kind: fc.constant("spawn"), inGroup: fc.boolean(), body })),
      some(8, fc.record({ kind: fc.constantFrom("group", "group", "try"), body, handler: body })),
      some(8, fc.record({ kind: fc.constant("timeout"), ms, body })),
      some(
        3,
        fc.record({
          kind: fc.constant("gather"),
          settle: fc.boolean(),
          bodies: fc.array(body, { minLength: 1, maxLength: 3 }),
        }),
      ),
      some(18, fc.record({ kind: fc.constant("with"), pick, body })),
    ),
  };
});

/** Programs of which docs/from-asyncio.md says that they do the same on both sides. */
export const randomPrograms: fc.Arbitrary<Program> = fc
  .record({
    palette: fc.array(pick, { minLength: 1, maxLength: 3, size: "max" }),
    tasks: fc.array(fc.record({ start: ms, body: fc.array(statement, { minLength: 1, maxLength: 7, size: "max" }) }), {
      minLength: 1,
      maxLength: 5,
      size: "max",
    }),
    main: fc.array(statement, { maxLength: 4, size: "max" }),
  })
  .map(legalise);
