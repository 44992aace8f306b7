/** The curves of the made-up log directory: the same numbers every time. */

import type { HistogramItem, ScalarSeries, SeriesStatistics, XAxis } from "./source";

export interface Curve {
  run: number;
  tag: string;
  count: number;
  /** Steps of a finished run. */
  span: number;
  /** Wall time of its first step in seconds since the epoch. */
  began: number;
}

export interface CurveColumns {
  step: Float64Array;
  wall_time: Float64Array;
  x: Float64Array;
  value: Float64Array;
}

/** Uniform noise in [-1, 1) that depends on nothing but its arguments. */
function noise(run: number, step: number): number {
  let bits = Math.imul(run * 7919 + step * 104729 + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  return ((bits ^ (bits >>> 13)) >>> 0) / 2 ** 31 - 1;
}

function valueAt({ run, tag, span }: Curve, step: number): number {
  const done = step / span;
  const speed = 5 + (run % 5);
  const floor = 0.05 + 0.03 * (run % 7);
  if (tag === "epoch") return Math.floor(step / (span / 10)) + 1;
  if (tag === "lr") return 0.1 ** (1 + (run % 4)) * (done < 0.5 ? 1 : 0.1);
  const jitter = tag.endsWith("train") ? 0.08 : 0.02;
  const fall = Math.exp(-speed * done);
  if (tag.startsWith("accuracy")) return Math.min(0.999, 1 - floor / 2 - 0.85 * fall + 0.2 * jitter * noise(run, step));
  if (run === 3 && tag === "loss/train" && done > 0.73 && done < 0.75) return NaN;
  const rise = tag === "loss/val" && run === 2 ? Math.max(0, done - 0.36) * 0.4 : 0;
  return floor + 2.3 * fall + rise + jitter * (0.3 + fall) * noise(run, step);
}

/** `xCurve` is x where x is a tag; a run without it has no point to show. */
export function column(curve: Curve, x: XAxis, xCurve: Curve | null = null): CurveColumns {
  const step = Float64Array.from({ length: curve.count }, (_, index) => index);
  const value = step.map((at) => valueAt(curve, at));
  const wall_time = step.map((at) => curve.began + at);
  return { step, wall_time, value, x: x === "wall" ? wall_time : x === "tag" ? step.map((at) => (xCurve ? valueAt(xCurve, at) : NaN)) : step };
}

/** Indices at which x begins or goes back. */
export function passStarts(x: Float64Array): number[] {
  return [...x.keys()].filter((at) => at === 0 || x[at]! < x[at - 1]!);
}

/** Debiased exponential mean; values that are not finite are passed over. */
export function smooth(values: Float64Array, weight: number): Float64Array {
  let mean = 0;
  let mass = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = mean * weight + value * (1 - weight);
    mass = mass * weight + (1 - weight);
    return mean / mass;
  });
}

/** Keeps the first, the last, and the least and greatest of each of equal stretches. */
export function reduce(steps: readonly number[], values: Float64Array, most: number): number[] {
  if (steps.length <= most) return [...steps];
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const kept = new Set([steps[0]!, steps[steps.length - 1]!]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const part = steps.slice(
      Math.floor((stretch * steps.length) / stretches),
      Math.floor(((stretch + 1) * steps.length) / stretches),
    );
    kept.add(part.reduce((least, step) => (values[step]! < values[least]! ? step : least)));
    kept.add(part.reduce((greatest, step) => (values[step]! > values[greatest]! ? step : greatest)));
  }
  return [...kept].sort((a, b) => a - b);
}

/** Over the points of a series that was not reduced. */
export function statisticsOf({ run, tag, found, columns, nonfinite_count }: ScalarSeries): SeriesStatistics {
  const x = columns?.x ?? new Float64Array(0);
  const value = columns?.value ?? new Float64Array(0);
  const count = value.length;
  if (count === 0) return { run, tag, found, count, nonfinite_count, first_x: null, last_x: null, first: null, last: null, minimum: null, maximum: null, minimum_x: null, maximum_x: null, mean: null, deviation: null, slope: null };
  const mean = value.reduce((sum, one) => sum + one, 0) / count;
  const middle = x.reduce((sum, one) => sum + one, 0) / count;
  let [products, squares] = [0, 0];
  for (let index = 0; index < count; index++) {
    products += (x[index]! - middle) * (value[index]! - mean);
    squares += (x[index]! - middle) ** 2;
  }
  return {
    run, tag, found, count, nonfinite_count, mean,
    first_x: x[0]!, last_x: x[count - 1]!, first: value[0]!, last: value[count - 1]!,
    minimum: Math.min(...value), maximum: Math.max(...value), minimum_x: x[value.indexOf(Math.min(...value))]!, maximum_x: x[value.indexOf(Math.max(...value))]!,
    deviation: count > 1 ? Math.sqrt(value.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1)) : 0, slope: squares > 0 ? products / squares : null,
  };
}

/** A bell that widens as training goes on. */
export function histogramItem(sample: number, step: number, wall_time: number): HistogramItem {
  const edges = Array.from({ length: 31 }, (_, index) => (index - 15) / 10);
  const width = 0.2 + sample / 80;
  const counts = edges.slice(1).map((edge) => Math.round(400 * Math.exp(-(((edge - 0.05) / width) ** 2) / 2)));
  return { sample, step, wall_time, left_edges: edges.slice(0, -1), right_edges: edges.slice(1), counts, nan_count: 0, positive_infinity_count: 0, negative_infinity_count: 0, error: null };
}
