/** How the probes pause between two samples, in milliseconds: evenly spread, so that they meet a busy loop at any point of its turn. */
export function pause() {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
}

/** @param {number[]} samples in milliseconds */
export function summarise(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) };
}
