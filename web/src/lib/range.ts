/** What part of the number line an axis shows. */

import { lowerBound, type Column } from "./nearest";
import { select } from "./select";

export type Range = readonly [min: number, max: number];

/** A stretch of a column, half open. */
export interface Span {
  readonly values: Column;
  readonly start: number;
  readonly stop: number;
}

/** The part of a series whose ascending x lies within `window`, with one neighbour at either side as lines leave the plot. */
export function spanWithin(x: Column, values: Column, window: Range | null): Span {
  if (window === null) return { values, start: 0, stop: values.length };
  return { values, start: lowerBound(x, window[0]), stop: lowerBound(x, window[1] + Number.EPSILON * Math.abs(window[1])) };
}

/** Smallest and largest finite value; null where there is none. */
export function extent(spans: Iterable<Span>): Range | null {
  let min = Infinity;
  let max = -Infinity;
  for (const { values, start, stop } of spans) {
    for (let index = start; index < stop; index += 1) {
      const value = values[index] as number;
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? [min, max] : null;
}

/** Every finite value of the spans that is at least `least`, in no order. */
function finiteFrom(spans: Iterable<Span>, least: number): Float64Array {
  const all = [...spans];
  const pool = new Float64Array(all.reduce((count, { start, stop }) => count + Math.max(0, stop - start), 0));
  let size = 0;
  for (const { values, start, stop } of all) {
    for (let index = start; index < stop; index += 1) {
      const value = values[index] as number;
      if (value >= least && value <= Number.MAX_VALUE) pool[size++] = value;
    }
  }
  return pool.subarray(0, size);
}

export interface Fences {
  /** The smallest and the largest value that is no outlier. */
  readonly range: Range;
  /** How many values are outside. */
  readonly outside: number;
}

/** Fewer values than this say nothing about what is usual. */
const MIN_FOR_FENCES = 20;

/**
 * Tells outliers from the rest: values further from the middle nine tenths than those are wide.
 * On a logarithmic axis the distance is that of the logarithms. Null where there is nothing to fence.
 */
export function fences(spans: Iterable<Span>, { log = false } = {}): Fences | null {
  const values = finiteFrom(spans, log ? Number.MIN_VALUE : -Number.MAX_VALUE);
  const last = values.length - 1;
  if (values.length < MIN_FOR_FENCES) return null;
  const at = [Math.floor(0.05 * last), Math.ceil(0.95 * last)] as const;
  const ends = [select(values, at[0]), select(values, at[1], at[0])] as const;
  if (!(ends[1] > ends[0])) return null;
  const width = log ? ends[1] / ends[0] : ends[1] - ends[0];
  const [floor, ceiling] = log ? [ends[0] / width, ends[1] * width] : [ends[0] - width, ends[1] + width];
  let [min, max] = ends;
  let outside = 0;
  for (const value of values) {
    if (value < floor || value > ceiling) outside += 1;
    else if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { range: [min, max], outside };
}

/** Differences this small beside the values are rounding, of the values or of their smoothing. */
const ROUNDING = 1e-9;

function isConstant([min, max]: Range): boolean {
  return max - min <= ROUNDING * Math.max(Math.abs(min), Math.abs(max));
}

/** A linear axis around `[min, max]`: a little air, no negative side for data that has none, a sane width for constants. */
export function linearRange([min, max]: Range, air = 0.05): Range {
  if (isConstant([min, max])) {
    const half = min === 0 ? 1 : Math.abs(min) * 0.1;
    return [min - half, max + half];
  }
  // Halves first: the difference of two huge finite numbers can overflow.
  const pad = (max / 2 - min / 2) * 2 * air;
  if (!Number.isFinite(pad)) return [min, max];
  const low = min >= 0 && min - pad < 0 ? 0 : min - pad;
  const high = max <= 0 && max + pad > 0 ? 0 : max + pad;
  return [low, high];
}

/** A logarithmic axis around `[min, max]`, both above 0. */
export function logRange([min, max]: Range, air = 0.05): Range {
  if (isConstant([min, max])) return [min / 2, max * 2];
  const pad = (Math.log10(max) - Math.log10(min)) * air;
  return [min * 10 ** -pad, max * 10 ** pad];
}

/** The x axis of data between `min` and `max`: no air at the sides, room around a single point. */
export function xRange([min, max]: Range): Range {
  const half = Math.max(0.5, Math.abs(min) * 1e-9);
  return max - min > 1e-12 * Math.abs(max) ? [min, max] : [min - half, max + half];
}

/** The smallest positive magnitude among the spans: where a symmetric logarithm turns linear. */
export function smallestMagnitude(spans: Iterable<Span>): number {
  let smallest = Infinity;
  for (const { values, start, stop } of spans) {
    for (let index = start; index < stop; index += 1) {
      const size = Math.abs(values[index] as number);
      if (size > 0 && size < smallest) smallest = size;
    }
  }
  return Number.isFinite(smallest) ? smallest : 1;
}
