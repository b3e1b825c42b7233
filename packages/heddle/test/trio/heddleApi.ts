import * as heddle from "heddle";

/** The calls of Heddle that programs are made of. Tests put broken ones in their place, which the comparison has to find. */
export type Calls = Pick<
  typeof heddle,
  | "cancelScope"
  | "CapacityLimiter"
  | "checkpoint"
  | "Condition"
  | "Event"
  | "Lock"
  | "moveOnAfter"
  | "now"
  | "openChannel"
  | "Semaphore"
  | "shield"
  | "sleep"
  | "taskGroup"
  | "timeout"
>;

export const calls: Calls = heddle;
