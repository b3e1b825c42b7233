/** The method that Node's `util.inspect` (and so `console.log`) asks for a description. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * Gives a class its one-line description. Outside of the class body, since a declaration file that is made file by file
 * cannot name a method by this symbol.
 */
export function inspectAs<T extends object>(type: { readonly prototype: T }, line: (self: T) => string): void {
  Object.defineProperty(type.prototype, INSPECT, {
    configurable: true,
    value(this: T): string {
      return line(this);
    },
  });
}
