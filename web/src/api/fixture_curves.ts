/** The curves of the made-up log directory: the same numbers every time. */

import type { HistogramItem, XAxis } from "./source";

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

/** A bell that widens as training goes on. */
export function histogramItem(sample: number, step: number, wall_time: number): HistogramItem {
  const edges = Array.from({ length: 31 }, (_, index) => (index - 15) / 10);
  const width = 0.2 + sample / 80;
  const counts = edges.slice(1).map((edge) => Math.round(400 * Math.exp(-(((edge - 0.05) / width) ** 2) / 2)));
  return { sample, step, wall_time, left_edges: edges.slice(0, -1), right_edges: edges.slice(1), counts, nan_count: 0, positive_infinity_count: 0, negative_infinity_count: 0, error: null };
}
