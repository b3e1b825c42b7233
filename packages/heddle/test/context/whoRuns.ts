import { currentTask, taskGroup } from "heddle";

/** Says where we are: `note("the listener")` adds `"the listener in opener"` to what `whoRuns()` returns. */
export type Note = (what: string) => void;

/** The name of the task that is current here, or "nobody". */
export function whoIsHere(): string {
  return currentTask()?.name ?? "nobody";
}

/**
 * Runs each function of the cast in a task of its name, started in the order in which they are written, and returns what was
 * noted. All tasks stay until every function has ended and `notes` places were noted: a context that went astray cannot be
 * mistaken for that of a task which was over.
 */
export async function whoRuns(
  makeCast: (note: Note) => Readonly<Record<string, () => unknown>>,
  options: { notes?: number } = {},
): Promise<string[]> {
  const { notes = 1 } = options;
  const seen: string[] = [];
  const allNoted = gate();
  const cast = Object.entries(
    makeCast((what) => {
      seen.push(`${what} in ${whoIsHere()}`);
      if (seen.length >= notes) allNoted.open();
    }),
  );
  const allPlayed = gate();
  let playing = cast.length;
  await taskGroup((group) => {
    for (const [name, play] of cast) {
      const stay = async (): Promise<void> => {
        await play();
        if (--playing === 0) allPlayed.open();
        await allPlayed.opened;
        await allNoted.opened;
      };
      group.createTask(stay, { name });
    }
  });
  return seen;
}

/** A plain promise with its `resolve`: nothing of ours may take part in what is tested here. */
export interface Gate<T = void> {
  readonly opened: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const opened = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open, fail };
}
