/** Numbers as people read them, always the same width of characters for the same magnitude. */

/** `1,234,567` */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `830 ms`, `4.2 s`, `2 min 5 s`, `3 h 20 min` */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `512 B`, `64.0 kB`, `12.3 MB`: decimal, as networks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `0.42/s`, `8.4/s`, `162/s` */
export function formatRate(perSecond: number): string {
  if (perSecond >= 99.95) return `${formatCount(perSecond)}/s`;
  return `${perSecond.toFixed(perSecond >= 0.995 ? 1 : 2)}/s`;
}
