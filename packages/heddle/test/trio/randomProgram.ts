import type fc from "fast-check";
import { programDrafts } from "./draft.js";
import { legalise } from "./legalise.js";
import type { Program } from "./program.js";
import { MOST_TIMERS, timersIn } from "./timetable.js";

/** Programs in which no two timers are due at the same moment: nearly always that determines everything. */
export const orderedPrograms: fc.Arbitrary<Program> = programDrafts
  .filter((draft) => timersIn(draft) <= MOST_TIMERS)
  .map((draft) => legalise(draft, { crowded: false }));

/** Programs in which many things happen at the same moment. */
export const crowdedPrograms: fc.Arbitrary<Program> = programDrafts.map((draft) => legalise(draft, { crowded: true }));
