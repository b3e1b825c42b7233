import { Intake } from "./intake.js";
import type { Source } from "./source.js";

export interface Relay<T> {
  readonly name: string;
  readonly sources: readonly Source<T>[];
  /** How many items of each source are read before the consumer has asked for them. */
  readonly ahead: number;
  /** How many items are given at most. */
  readonly most: number;
}

/** Gives items on as they come. */
export async function* relay<T>({ name, sources, ahead, most }: Relay<T>): AsyncGenerator<T, void, undefined> {
  const intake = new Intake(name, sources);
  try {
    for (let given = 0; given < most; given++) {
      intake.want(ahead + 1);
      if (!(await intake.arrival())) break;
      yield intake.take();
    }
  } finally {
    await intake.close();
  }
}
