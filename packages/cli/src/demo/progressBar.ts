import { formatCount, formatDuration, formatRate } from "../progress/units.js";

const WIDEST_BAR = 40;
/** A cell of the bar, filled to so many eighths. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

export interface BarState {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  /** Since the start, in milliseconds. */
  readonly elapsed: number;
}

/**
 * A progress bar of at most `width` characters. The bar itself gets what the words leave, and goes when that is too little.
 *
 *     64 pages at once    ████████████████▌░░░░░░░░░░░░░░░░░░░░░░░  206/500   1.2 s  171/s
 */
export function progressBar(state: BarState, width: number): string {
  const { name, done, total, elapsed } = state;
  const rate = formatRate(elapsed > 0 ? (done / elapsed) * 1000 : 0);
  // The widest that there are, so that bars below each other have one length.
  const count = `${formatCount(done)}/${formatCount(total)}`.padStart(11);
  const words = `${count}  ${formatDuration(elapsed).padStart(7)}  ${rate.padStart(7)}`;
  const label = `${name.padEnd(20)}`;
  const room = Math.min(WIDEST_BAR, width - label.length - words.length - 2);
  if (room < 8) return `${label}${words}`.slice(0, Math.max(0, width));
  return `${label}${bar(total === 0 ? 1 : done / total, room)}  ${words}`;
}

function bar(share: number, cells: number): string {
  const eighths = Math.floor(Math.min(1, share) * cells * 8);
  const filled = "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
  return filled + "░".repeat(cells - filled.length);
}
