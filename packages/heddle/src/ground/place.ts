/**
 * A place in the user's source, noted cheaply: V8 keeps the raw frame and the text is made only when somebody
 * reads it.
 */
export class Place {
  declare readonly stack: string;

  /** @param below the public function that the user called; the place is where it was called. */
  constructor(below: (...args: never[]) => unknown) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(this, below);
    Error.stackTraceLimit = limit;
  }

  /** `file:line:column`, or an empty text where the engine gives no frame. */
  toString(): string {
    return locationIn(this.stack) ?? "";
  }
}

/** The location in the first stack frame of a stack text: what stands in parentheses, or after "at ". */
function locationIn(stack: string): string | undefined {
  const frame = stack.split("\n").find((line) => line.trimStart().startsWith("at "));
  if (frame === undefined) return undefined;
  const open = frame.lastIndexOf("(");
  const location = open >= 0 ? frame.slice(open + 1, frame.lastIndexOf(")")) : frame.trim().slice(3);
  return location.replace(/^async /, "").replace(/^file:\/\//, "");
}
