import { constants } from "node:os";

/** The signals that ask a program to stop, as a terminal and a process manager send them. */
export type StopSignal = "SIGINT" | "SIGTERM";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

/** What to call on the first signal, for all runs that listen now. The process gets one listener a signal. */
const stops = new Set<(signal: StopSignal) => void>();
let asked = false;

function onSignal(signal: StopSignal): void {
  // The first signal asks nicely; whoever sends a second one does not want to wait any longer.
  if (asked) process.exit(exitCodeOf(signal));
  asked = true;
  for (const stop of [...stops]) stop(signal);
}

/** 130 for SIGINT, 143 for SIGTERM: what a shell reports of a process that such a signal has ended. */
function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

/**
 * Being stopped by a signal is no crash: where nobody catches `error`, the process ends with the exit code of the signal
 * and without a stack trace.
 */
export function endQuietly(error: unknown, signal: StopSignal): void {
  process.exitCode = exitCodeOf(signal);
  process.on("uncaughtExceptionMonitor", (uncaught) => {
    if (uncaught === error) process.exit(exitCodeOf(signal));
  });
}

/** True when the program has a listener of its own for one of these signals. */
export function programListens(): boolean {
  return stops.size === 0 && SIGNALS.some((signal) => process.listenerCount(signal) > 0);
}

/** Calls `stop` on the first SIGINT or SIGTERM. Returns the function that ends this. */
export function onStopSignal(stop: (signal: StopSignal) => void): () => void {
  if (stops.size === 0) {
    asked = false;
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  stops.add(stop);
  return () => {
    if (!stops.delete(stop) || stops.size > 0) return;
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}
