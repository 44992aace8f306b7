/** Where values stand on an axis of the parallel coordinates and of the scatter matrix. */

import { compareHParams, formatHParam, type HParam } from "../../lib/hparam";
import { formatLogTick, formatTick, formatValue } from "../../lib/format";
import { durationTicks, linearTicks, logTicks, spacingOf } from "../../lib/ticks";
import type { Cell, Condition } from "./conditions";

export type ScaleKind = "linear" | "log" | "quantile" | "categorical";
export const SCALE_NAMES: Readonly<Record<ScaleKind, string>> = { linear: "Linear", log: "Logarithmic", quantile: "Quantile", categorical: "Categorical" };

export interface AxisTick {
  /** 0 is the bottom, 1 the top. */
  readonly at: number;
  readonly label: string;
}

export interface AxisScale {
  readonly kind: ScaleKind;
  /** 0 to 1; null for what has no place on it: missing, not finite, or of another type. */
  readonly place: (cell: Cell) => number | null;
  readonly ticks: readonly AxisTick[];
  /** What a brush from one place to another asks for. */
  readonly between: (from: number, to: number) => Condition;
  /** The stretches of the axis that a condition covers. */
  readonly covered: (condition: Condition) => readonly (readonly [number, number])[];
}

/** Numbers of more distinct values than this are labelled by round ticks. */
const MOST_OWN_TICKS = 9;
/** Texts of more distinct values than this leave labels out. */
const MOST_LABELS = 24;
/** A brush over more values than this says the first and the last of them: a link holds no thousands of names. */
const MOST_NAMED = 30;

function distinct(cells: readonly Cell[]): HParam[] {
  return [...new Set(cells.filter((cell) => cell !== undefined))].sort(compareHParams);
}

const finite = (cells: readonly Cell[]): number[] => cells.filter((cell): cell is number => typeof cell === "number" && Number.isFinite(cell));

export function isNumeric(cells: readonly Cell[]): boolean {
  return cells.every((cell) => cell === undefined || typeof cell === "number") && cells.some((cell) => typeof cell === "number" && Number.isFinite(cell));
}

/** The scale that a column gets unasked: logarithmic where values span decades, categorical where they are no numbers. */
export function naturalScale(cells: readonly Cell[], isMetric: boolean): ScaleKind {
  if (!isNumeric(cells)) return "categorical";
  const numbers = finite(cells);
  const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  if (!(low > 0) || high / low < (isMetric ? 100 : 10)) return "linear";
  // Where the middle run stands nearer to the middle of the axis.
  const middle = Float64Array.from(numbers).sort()[numbers.length >> 1]!;
  const off = (value: number, from: number, to: number): number => Math.abs((value - from) / (to - from) - 0.5);
  return off(Math.log(middle), Math.log(low), Math.log(high)) < off(middle, low, high) ? "log" : "linear";
}

/** Kinds that can show the column. */
export function possibleScales(cells: readonly Cell[]): ScaleKind[] {
  if (!isNumeric(cells)) return ["categorical"];
  const positive = finite(cells).some((value) => value > 0);
  return positive ? ["linear", "log", "quantile", "categorical"] : ["linear", "quantile", "categorical"];
}

/** `write`: the numbers are seconds, and are written so. */
export function makeScale(kind: ScaleKind, cells: readonly Cell[], isMetric = false, write?: (value: number) => string): AxisScale {
  const numbers = finite(cells);
  const usable = kind === "log" ? numbers.filter((value) => value > 0) : numbers;
  if (kind === "categorical" || usable.length === 0) return categorical(distinct(cells), isMetric);
  return kind === "quantile" ? quantile(usable, isMetric) : continuous(kind, usable, isMetric, write);
}

const labelOf = (value: HParam, isMetric: boolean): string => (isMetric && typeof value === "number" ? formatValue(value) : formatHParam(value));

function categorical(values: readonly HParam[], isMetric: boolean): AxisScale {
  const places = new Map(values.map((value, index) => [value, (index + 0.5) / values.length]));
  const every = Math.ceil(values.length / MOST_LABELS);
  const half = 0.5 / values.length;
  const cover = (first: HParam, last: HParam): (readonly [number, number])[] => {
    const [a, b] = [places.get(first), places.get(last)];
    if (a !== undefined && b !== undefined) return [[a - half, b + half]];
    const inside = values.filter((value) => compareHParams(first, value) <= 0 && compareHParams(value, last) <= 0);
    return inside.length === 0 ? [] : [[places.get(inside[0]!)! - half, places.get(inside.at(-1)!)! + half]];
  };
  return {
    kind: "categorical",
    place: (cell) => (cell === undefined ? null : (places.get(cell) ?? null)),
    // Marks of every value would be one bar.
    ticks: values.flatMap((value, index) => (index % every === 0 ? [{ at: (index + 0.5) / values.length, label: labelOf(value, isMetric) }] : [])),
    between: (from, to) => {
      const inside = values.filter((value) => within(places.get(value)!, from, to));
      return inside.length > MOST_NAMED ? { spans: [[inside[0]!, inside.at(-1)!]] } : { values: inside };
    },
    covered: (condition) => [
      ...(condition.values ?? []).filter((value) => places.has(value)).map((value) => [places.get(value)! - half, places.get(value)! + half] as const),
      ...(condition.spans ?? []).flatMap(([first, last]) => cover(first, last)),
    ],
  };
}

const within = (at: number, from: number, to: number): boolean => at >= Math.min(from, to) && at <= Math.max(from, to);

/** Ranges of numbers between places, and back. */
function overNumbers(kind: ScaleKind, place: (value: number) => number, value: (at: number) => number, low: number, high: number, ticks: readonly AxisTick[]): AxisScale {
  const clamp = (at: number): number => Math.min(1, Math.max(0, at));
  return {
    kind,
    place: (cell) => {
      if (typeof cell !== "number" || !Number.isFinite(cell)) return null;
      const at = place(cell);
      return Number.isFinite(at) ? at : null;
    },
    ticks,
    between: (from, to) => {
      const [a, b] = [Math.min(from, to), Math.max(from, to)];
      // A brush up to the end holds the end, whatever rounding does.
      return { ranges: [[a <= 0 ? low : value(a), b >= 1 ? high : value(b)]] };
    },
    covered: (condition) => [
      ...(condition.ranges ?? []).map(([a, b]) => [a <= low ? 0 : clamp(place(a)), b >= high ? 1 : clamp(place(b))] as const),
      ...(condition.values ?? []).flatMap((each) => (typeof each === "number" && Number.isFinite(place(each)) ? [[place(each) - 0.01, place(each) + 0.01] as const] : [])),
    ],
  };
}

function continuous(kind: "linear" | "log", numbers: readonly number[], isMetric: boolean, write?: (value: number) => string): AxisScale {
  const low = numbers.reduce((a, b) => Math.min(a, b));
  const high = numbers.reduce((a, b) => Math.max(a, b));
  const forward = (value: number): number => (kind === "log" ? (value > 0 ? Math.log10(value) : NaN) : value);
  const [a, b] = [forward(low), forward(high)];
  // Halves first: the difference of two huge numbers can overflow.
  const span = (b / 2 - a / 2) * 2;
  const place = (value: number): number => (b > a ? (Number.isFinite(span) ? (forward(value) - a) / span : (forward(value) / 2 - a / 2) / (b / 2 - a / 2)) : forward(value) === a ? 0.5 : NaN);
  const back = (at: number): number => {
    const scaled = a * (1 - at) + b * at;
    return kind === "log" ? 10 ** scaled : scaled;
  };
  return overNumbers(kind, place, back, low, high, (write ? durationTicks(low, high, 5).map((value) => ({ value, label: "" })) : ticksOf(kind, numbers, low, high, isMetric)).map(({ value, label }) => ({ at: place(value), label: write ? write(value) : label })));
}

function ticksOf(kind: "linear" | "log", numbers: readonly number[], low: number, high: number, isMetric: boolean): { value: number; label: string }[] {
  const own = [...new Set(numbers)].sort((a, b) => a - b);
  if (!isMetric && own.length <= MOST_OWN_TICKS && spaced(own, kind)) return own.map((value) => ({ value, label: formatHParam(value) }));
  if (low === high) return [{ value: low, label: labelOf(low, isMetric) }];
  if (kind === "log") return logTicks(low, high, 6).map((value) => ({ value, label: formatLogTick(value) }));
  const ticks = linearTicks(low, high, 6);
  return ticks.map((value) => ({ value, label: formatTick(value, spacingOf(ticks)) }));
}

/** Whether labels at the values themselves stay apart. */
function spaced(own: readonly number[], kind: "linear" | "log"): boolean {
  const scaled = own.map((value) => (kind === "log" ? Math.log10(value) : value));
  const span = scaled[scaled.length - 1]! - scaled[0]!;
  return scaled.every((value, index) => index === 0 || value - scaled[index - 1]! > span * 0.05);
}

/** Every distinct value as far from the next as runs lie between them. */
function quantile(numbers: readonly number[], isMetric: boolean): AxisScale {
  const sorted = Float64Array.from(numbers).sort();
  const values: number[] = [];
  const places: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    let stop = start;
    while (stop < sorted.length && sorted[stop] === sorted[start]) stop += 1;
    values.push(sorted[start]!);
    // The middle of its equals.
    places.push((start + stop - 1) / 2);
    start = stop;
  }
  const [first, last] = [places[0]!, places[places.length - 1]!];
  const at = places.map((place) => (last > first ? (place - first) / (last - first) : 0.5));
  const place = (value: number): number => interpolate(values, at, value);
  const back = (position: number): number => interpolate(at, values, position);
  const shown = values.length <= MOST_OWN_TICKS ? values.map((_, index) => at[index]!) : [0, 0.25, 0.5, 0.75, 1];
  const ticks = shown.map((position) => ({ at: position, label: labelOf(Number(back(position).toPrecision(4)), isMetric) }));
  return overNumbers("quantile", place, back, values[0]!, values[values.length - 1]!, ticks);
}

function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  const last = x.length - 1;
  if (at <= x[0]!) return at === x[0] || last > 0 ? y[0]! : NaN;
  if (at >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle;
  }
  const share = (at - x[low]!) / (x[high]! - x[low]!);
  return y[low]! * (1 - share) + y[high]! * share;
}
