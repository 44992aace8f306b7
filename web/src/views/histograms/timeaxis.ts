/** Where histograms lie on an axis of steps, of time since the run began, or of time of day. */

import { formatX } from "../../charts/describe";
import { xRange, type Range } from "../../lib/range";
import type { Histogram } from "./model";

export const HISTOGRAM_TIMES = ["step", "relative", "wall"] as const;
export type HistogramTime = (typeof HISTOGRAM_TIMES)[number];

export interface TimeAxis {
  readonly unit: HistogramTime;
  /** Of the run's first point, in seconds since the epoch; null where it is not known. */
  readonly began: number | null;
}

export const STEP_AXIS: TimeAxis = { unit: "step", began: null };

/** NaN where it was logged without a time. */
export function placeOf({ step, wallTime }: Pick<Histogram, "step" | "wallTime">, { unit, began }: TimeAxis): number {
  if (unit === "step") return step;
  if (wallTime === null) return NaN;
  return unit === "wall" ? wallTime : began === null ? NaN : wallTime - began;
}

/** In order of the axis: clocks can go back while steps go on. */
export function placedOn(histograms: readonly Histogram[], axis: TimeAxis): readonly Histogram[] {
  if (axis.unit === "step") return histograms;
  const known = histograms.filter((one) => !Number.isNaN(placeOf(one, axis)));
  return [...known].sort((a, b) => placeOf(a, axis) - placeOf(b, axis));
}

/** From the first to the last; a single one has room around it. */
export function timeRange(drawn: readonly Histogram[], axis: TimeAxis = STEP_AXIS): Range {
  const [first, last] = [drawn[0], drawn[drawn.length - 1]];
  return xRange([first ? placeOf(first, axis) : 0, last ? placeOf(last, axis) : 1]);
}

/** Short enough to stand beside a ridge. */
export function formatPlace(at: number, unit: HistogramTime): string {
  const text = formatX(unit, at);
  return unit === "wall" ? text.slice(11) : text;
}
