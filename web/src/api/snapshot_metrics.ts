/** What a run reached, of the points that a snapshot holds. First, last and extreme points are always among them. */

import type { MetricColumn, MetricQuestion, ScalarSeries } from "./source";

type Point = readonly [step: number, value: number];

const KINDS = [NaN, Infinity, -Infinity];

/** Where a session keeps a metric: in the run itself, or in a folder below it. */
export function metricRun(run: string, group: string): string {
  if (group === "") return run;
  return run === "." ? group : `${run}/${group}`;
}

/** One number a series, null where there is none. */
export function metricColumn(question: MetricQuestion, series: readonly ScalarSeries[]): MetricColumn {
  const found = series.map((one) => reduced(question, pointsOf(one)));
  return {
    values: found.map((point) => (point ? spelled(point[1]) : null)),
    steps: found.map((point) => point?.[0] ?? null),
    nonfinite_counts: series.map((one) => one.nonfinite_count),
  };
}

function pointsOf({ columns }: ScalarSeries): Point[] {
  if (!columns) return [];
  const points = Array.from(columns.step, (step, index): Point => [step, columns.value[index]!]);
  columns.nonfinite_step.forEach((step, index) => points.push([step, KINDS[columns.nonfinite_kind[index]!] ?? NaN]));
  return points.sort((a, b) => a[0] - b[0]);
}

function reduced({ statistic = "last", count = 10, step = 0 }: MetricQuestion, points: readonly Point[]): Point | undefined {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  switch (statistic) {
    case "first":
      return points[0];
    case "last":
      return points.at(-1);
    case "minimum":
      return finite.reduce<Point | undefined>((best, point) => (!best || point[1] < best[1] ? point : best), undefined);
    case "maximum":
      return finite.reduce<Point | undefined>((best, point) => (!best || point[1] > best[1] ? point : best), undefined);
    case "at_step":
      return points.findLast((point) => point[0] <= step);
    case "mean_of_last": {
      const last = points.slice(-count);
      return last.length === 0 ? undefined : [last.at(-1)![0], last.reduce((sum, point) => sum + point[1], 0) / last.length];
    }
  }
}

function spelled(value: number): number | "NaN" | "Infinity" | "-Infinity" {
  return Number.isFinite(value) ? value : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
