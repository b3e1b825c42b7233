import type { Probe, ResumedHow } from "../task/probe.js";
import { setProbe } from "../task/probe.js";

const watchers = new Set<Probe>();
/** What was set by somebody else before the first of ours came. */
let before: Probe | null = null;

/** Lets several watch at a time. Returns the function that takes this one out. */
export function addProbe(probe: Probe): () => void {
  if (watchers.size === 0) before = setProbe(null);
  watchers.add(probe);
  setProbe(together());
  return () => {
    if (!watchers.delete(probe)) return;
    setProbe(watchers.size === 0 ? before : together());
  };
}

function together(): Probe {
  const all = before === null ? [...watchers] : [before, ...watchers];
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  const each = (hook: Exclude<keyof Probe, "resumed" | "joined">) => (subject: object) => {
    for (const probe of all) probe[hook]?.(subject);
  };
  return {
    taskCreated: each("taskCreated"),
    taskStarted: each("taskStarted"),
    taskEnded: each("taskEnded"),
    parked: each("parked"),
    resumed: (waiter: object, how: ResumedHow) => {
      for (const probe of all) probe.resumed?.(waiter, how);
    },
    joining: each("joining"),
    joined: (nursery: object, child: object) => {
      for (const probe of all) probe.joined?.(nursery, child);
    },
    yielding: each("yielding"),
    yielded: each("yielded"),
    scopeOpened: each("scopeOpened"),
    scopeCancelled: each("scopeCancelled"),
    scopeClosed: each("scopeClosed"),
    listMade: each("listMade"),
  };
}
