/** The flags of the commands that look into a program, as they were parsed; each command has some of them. */
export interface WatchFlags {
  json?: boolean;
  awaits?: boolean;
  deep?: boolean;
  quick?: boolean;
  /** Milliseconds. */
  lines?: number;
  all?: boolean;
  for: number;
  every: number;
  count?: number;
}
