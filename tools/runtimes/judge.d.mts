/** What one test did; without a name, a file that could not be loaded. */
export interface Tested {
  readonly file: string;
  readonly test?: string;
  readonly state: "passed" | "failed" | "skipped" | "pending";
  readonly error?: string;
}

export interface Outcome {
  readonly files: readonly string[];
  readonly tests: readonly Tested[];
  readonly unhandled: readonly string[];
}

export interface Gap {
  readonly file: string;
  readonly test?: string;
}

export interface Verdict {
  readonly problems: readonly string[];
  readonly passed: number;
  readonly known: number;
  readonly skipped: number;
}

export interface JudgeOptions {
  readonly expected?: readonly Gap[];
  readonly machineMayLack?: boolean;
}

export function keyOf(each: Gap): string;
export function judge(outcome: Outcome, gaps: readonly Gap[], options?: JudgeOptions): Verdict;
