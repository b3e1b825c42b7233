import { setDebug } from "../task/debug.js";

export function startComplaints(): () => void {
  const before = setDebug(true);
  return () => void setDebug(before);
}
