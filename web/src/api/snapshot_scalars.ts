/** What the server does to a scalar series before it sends it, done to the points that a snapshot holds. */

import { exponentialMean, thinnedIndices } from "../lib/thinning";
import type { ScalarColumns, ScalarSeries, ScalarsRequest, XAxis } from "./source";

const DEFAULT_POINTS = 1000;

/** The series in the unit, range and size that are asked for; `began`: when its run logged its first point. */
export function viewOf(series: ScalarSeries, request: ScalarsRequest, began: number): ScalarSeries {
  if (!series.columns) return series;
  const all = series.columns;
  const x = positions(all.step, all.wall_time, request.x ?? "step", began);
  const oddX = positions(all.nonfinite_step, all.nonfinite_wall_time, request.x ?? "step", began);
  const [low, high] = request.range ?? [-Infinity, Infinity];
  const order = ascending(x);
  const inside = order.filter((index) => x[index]! >= low && x[index]! <= high);
  const odd = ascending(oddX).filter((index) => oddX[index]! >= low && oddX[index]! <= high);
  const smoothed = request.smoothing ? exponentialMean(all.value, finerWeight(request.smoothing, series)) : null;
  // One neighbour beyond each end, so that a line reaches the edge.
  const before = order.findLast((index) => x[index]! < low);
  const after = order.find((index) => x[index]! > high);
  const kept = thinnedIndices(inside, all.value, request.max_points ?? DEFAULT_POINTS, { first: before === undefined, last: after === undefined });
  const drawn = [...(before === undefined ? [] : [before]), ...kept, ...(after === undefined ? [] : [after])];
  const columns: ScalarColumns = {
    step: pick(all.step, drawn),
    wall_time: pick(all.wall_time, drawn),
    x: pick(x, drawn),
    value: pick(all.value, drawn),
    smoothed: smoothed && pick(smoothed, drawn),
    nonfinite_step: pick(all.nonfinite_step, odd),
    nonfinite_wall_time: pick(all.nonfinite_wall_time, odd),
    nonfinite_x: pick(oddX, odd),
    nonfinite_kind: pick(all.nonfinite_kind, odd),
  };
  return { ...series, in_range: inside.length + odd.length, shown: drawn.length + odd.length, nonfinite_count: odd.length, columns };
}

/** Every point at the value that `other` had at its step, or last before; where x goes back a new pass begins. */
export function joinedView(series: ScalarSeries, other: ScalarSeries, request: ScalarsRequest): ScalarSeries {
  if (!series.columns) return series;
  const all = series.columns;
  const x = lastValues(all.step, other.columns);
  const oddX = lastValues(all.nonfinite_step, other.columns);
  const [low, high] = request.range ?? [-Infinity, Infinity];
  const chosen = (places: Float64Array) => [...places.keys()].filter((index) => places[index]! >= low && places[index]! <= high);
  const [inside, odd] = [chosen(x), chosen(oddX)];
  const kept = thinnedIndices(inside, all.value, request.max_points ?? DEFAULT_POINTS);
  const smoothed = request.smoothing ? exponentialMean(all.value, finerWeight(request.smoothing, series)) : null;
  const starts = kept.flatMap((index, at) => (at === 0 || x[index]! < x[kept[at - 1]!]! ? [at] : []));
  const passes = starts.map((at): [number, number] => [at, odd.filter((index) => at > 0 && all.nonfinite_step[index]! < all.step[kept[at]!]!).length]);
  const without = [...x, ...oddX].filter((place) => Number.isNaN(place)).length;
  const columns: ScalarColumns = {
    step: pick(all.step, kept), wall_time: pick(all.wall_time, kept), x: pick(x, kept), value: pick(all.value, kept), smoothed: smoothed && pick(smoothed, kept),
    nonfinite_step: pick(all.nonfinite_step, odd), nonfinite_wall_time: pick(all.nonfinite_wall_time, odd), nonfinite_x: pick(oddX, odd), nonfinite_kind: pick(all.nonfinite_kind, odd),
  };
  const joined = { passes, pass_count: passes.length, without_x: without };
  return { ...series, in_range: inside.length + odd.length, shown: kept.length + odd.length, nonfinite_count: odd.length, joined, columns };
}

/** NaN before the first value. */
function lastValues(steps: Float64Array, columns: ScalarColumns | null): Float64Array {
  return steps.map((step) => (columns === null ? NaN : (columns.value[columns.step.findLastIndex((one) => one <= step)] ?? NaN)));
}

function positions(step: Float64Array, wallTime: Float64Array, x: XAxis, began: number): Float64Array {
  if (x === "step") return step;
  return x === "wall" ? wallTime : wallTime.map((time) => time - began);
}

/** A clock that was set back must not fold the line. */
function ascending(x: Float64Array): number[] {
  const order = Array.from(x, (_, index) => index);
  return x.every((value, index) => index === 0 || value >= x[index - 1]!) ? order : order.sort((a, b) => x[a]! - x[b]!);
}

/** Where one point stands for several, each forgets as much as they did together. */
function finerWeight(smoothing: number, series: ScalarSeries): number {
  return smoothing ** Math.max(1, series.in_range / Math.max(1, series.shown));
}

const pick = (values: Float64Array, indices: readonly number[]): Float64Array => Float64Array.from(indices, (index) => values[index]!);
