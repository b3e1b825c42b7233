// For tests of programs that use Heddle.
export { virtualTime } from "./testing/virtualTime.js";
export { VirtualClock } from "./testing/virtualClock.js";
export type { VirtualClockOptions } from "./testing/virtualClock.js";
