const LONGEST = 60;

/** How an error message quotes a value it was not happy with: short, with its type where that is the point. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `${JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value)} (a string)`;
    case "bigint":
      return `${value}n (a bigint)`;
    case "function":
      return value.name === "" ? "a function" : `the function ${value.name}`;
    case "object":
      return describeObject(value);
    default:
      return String(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isThenable(value)) return "a promise";
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `an instance of ${name}` : "an object";
}

/** True for promises, tasks and everything else that `await` would wait for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
