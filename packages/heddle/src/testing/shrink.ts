/** Says whether a program still fails with these choices. */
export type StillFails = (picks: readonly number[]) => Promise<boolean>;

/**
 * Makes the choices of a failing run simpler while the run still fails: fewer of them, and more often "the one that was
 * ready first" (0). Whole stretches are tried before single choices, as in delta debugging (Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input", 2002).
 */
export async function shrink(
  failing: readonly number[],
  stillFails: StillFails,
  budget: number,
): Promise<readonly number[]> {
  let best = withoutTrailingZeros(failing);
  let left = budget;

  const accept = async (candidate: readonly number[]): Promise<boolean> => {
    const simpler = withoutTrailingZeros(candidate);
    if (left === 0 || weight(simpler) >= weight(best)) return false;
    left--;
    if (!(await stillFails(simpler))) return false;
    best = simpler;
    return true;
  };

  for (let stretch = best.length; stretch >= 1 && left > 0; stretch = Math.floor(stretch / 2)) {
    for (let end = best.length; end > 0; end -= stretch) {
      await accept(withZeros(best, Math.max(0, end - stretch), end));
    }
  }
  for (let i = best.length - 1; i >= 0 && left > 0; i--) {
    const pick = best[i] ?? 0;
    for (let smaller = 1; smaller < pick; smaller++) {
      if (await accept([...best.slice(0, i), smaller, ...best.slice(i + 1)])) break;
    }
  }
  return best;
}

function withZeros(picks: readonly number[], from: number, to: number): number[] {
  return picks.map((pick, i) => (i >= from && i < to ? 0 : pick));
}

function withoutTrailingZeros(picks: readonly number[]): readonly number[] {
  const last = picks.findLastIndex((pick) => pick !== 0);
  return picks.slice(0, last + 1);
}

/** Deviations from the natural order count most, then how far they go, then the length. */
function weight(picks: readonly number[]): number {
  const deviations = picks.filter((pick) => pick !== 0);
  const distance = deviations.reduce((sum, pick) => sum + pick, 0);
  return deviations.length * 1e6 + distance * 1e3 + picks.length;
}
