/** The flags of `heddle run`, as they were parsed. */
export interface RunFlags {
  trace?: string;
  debug?: boolean;
  /** Milliseconds. */
  blocked?: number;
}
