import type { Fault, FaultAnswer, FaultRequest } from "./faultRequest.js";

/** What a server does at one path: for tests that have servers of their own kind. */
export type Behaviour = (exchange: FaultRequest & FaultAnswer) => void;

/** Behaviours by path ("/moved"), as faults of a server: `startFaultServer({ faults: faultsOf({ … }) })`. */
export function faultsOf(behaviours: Readonly<Record<string, Behaviour>>): Readonly<Record<string, Fault>> {
  return Object.fromEntries(
    Object.entries(behaviours).map(([path, behave]): [string, Fault] => [
      path.slice(1),
      { outcome: "", status: null, serve: (request, answer) => behave({ ...request, ...answer }) },
    ]),
  );
}
