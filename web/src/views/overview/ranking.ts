/** Runs by what they reached, by when they began and by when they last wrote. */

import type { RunInfo } from "../../api/source";
import { bestOf, type RunMetric } from "../../state/metric.svelte";

export interface RankedRun {
  readonly run: RunInfo;
  readonly best: number;
  readonly bestStep: number;
  readonly metric: RunMetric;
}

/** Best first, equals in the order of names; runs without a finite value are left out. */
export function rankRuns(runs: readonly RunInfo[], metricOf: (run: string) => RunMetric | null | undefined, less: boolean): RankedRun[] {
  const ranked: RankedRun[] = [];
  for (const run of runs) {
    const metric = metricOf(run.name);
    const best = metric ? bestOf(metric, less) : null;
    if (metric && best) ranked.push({ run, best: best.value, bestStep: best.step, metric });
  }
  return ranked.sort((a, b) => (less ? a.best - b.best : b.best - a.best));
}

/** The run that began last; null where none has a point. */
export function lastBegun(runs: readonly RunInfo[]): RunInfo | null {
  let last: RunInfo | null = null;
  for (const run of runs) {
    if (run.first_wall_time !== null && (last === null || run.first_wall_time > (last.first_wall_time ?? -Infinity))) last = run;
  }
  return last;
}

/** Those that wrote last, newest first, live ones before. */
export function lastWritten(runs: readonly RunInfo[], most: number): RunInfo[] {
  return runs
    .filter((run) => run.last_wall_time !== null)
    .sort((a, b) => Number(b.live) - Number(a.live) || (b.last_wall_time ?? 0) - (a.last_wall_time ?? 0))
    .slice(0, most);
}
