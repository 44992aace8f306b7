/** The order of runs in the panel. */

import type { RunInfo } from "../api/source";
import type { RunSort } from "../state/settings.svelte";

export const SORT_NAMES: Readonly<Record<RunSort, string>> = {
  name: "Name",
  metric: "Metric, best first",
  written: "Last written first",
  points: "Most points first",
  column: "A column",
};

/** Largest first; gaps and NaN last. Equals keep the order they had, which is that of names. */
export function sortRuns(runs: readonly RunInfo[], by: Exclude<RunSort, "column">, metricOf: (run: string) => number | null, lessIsBetter: boolean): readonly RunInfo[] {
  if (by === "name") return runs;
  const rank = (run: RunInfo): number => {
    if (by === "points") return run.point_count;
    if (by === "written") return run.last_wall_time ?? -Infinity;
    const value = metricOf(run.name) ?? NaN;
    // Of two infinities the one on the bad side is no better than none.
    return Number.isNaN(value) ? -Infinity : lessIsBetter ? -value : value;
  };
  const ranks = new Map(runs.map((run) => [run, rank(run)]));
  return [...runs].sort((a, b) => {
    const [left, right] = [ranks.get(a) as number, ranks.get(b) as number];
    return left === right ? 0 : right > left ? 1 : -1;
  });
}
