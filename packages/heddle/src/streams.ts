// Node streams, both ways.
export { fromReadable } from "./streams/fromReadable.js";
export type { ToReadableOptions } from "./streams/toReadable.js";
export { toReadable } from "./streams/toReadable.js";
