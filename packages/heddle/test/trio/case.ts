import type { Program } from "./program.js";

/** A program that shows a behaviour, on both sides. */
export interface Case {
  /** What the program shows, as a sentence. For a difference it stands in docs/from-trio.md, word for word. */
  readonly name: string;
  readonly program: Program;
  /** Undefined where both sides do the same. */
  readonly difference?: Difference;
}

/** What only one of the two does. All other lines of the traces have to be the same. */
export interface Difference {
  readonly trio: readonly string[];
  readonly heddle: readonly string[];
}

/** Both sides do the same. */
export function same(name: string, program: Program): Case {
  return { name, program };
}

/** The sides differ, in exactly these lines of their traces. */
export function different(name: string, program: Program, difference: Difference): Case {
  return { name, program, difference };
}
