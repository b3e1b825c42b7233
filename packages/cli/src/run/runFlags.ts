/** The flags of `heddle run`, as they were parsed. */
export interface RunFlags {
  trace?: string;
  /** What Node loads first. */
  import?: string[];
  debug?: boolean;
  /** Milliseconds. */
  blocked?: number;
}
