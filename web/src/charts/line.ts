/** What a line chart draws, and which part of it is in view. */

import { lowerBound } from "../lib/nearest";
import { extent, fences, linearRange, logRange, smallestMagnitude, spanWithin, xRange, type Range, type Span } from "../lib/range";

export type XUnit = "step" | "relative" | "wall" | "tag";
/** Of either axis. */
export type YScale = "linear" | "log" | "symlog";

/** Values that are no numbers, at their x. */
export interface NonfinitePoints {
  readonly x: Float64Array;
  /** 0 NaN, 1 +Inf, 2 -Inf. */
  readonly kind: Float64Array;
}

/** One series of a chart. Columns of finite points have one length; x ascends and may repeat. */
export interface Line {
  readonly key: string;
  readonly label: string;
  /** Any CSS colour. */
  readonly color: string;
  /** Lengths of dashes and gaps in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly x: Float64Array;
  readonly value: Float64Array;
  /** Drawn in front of the faded values; null where nothing was smoothed. */
  readonly smoothed: Float64Array | null;
  readonly nonfinite: NonfinitePoints;
  /** A filled stretch around the line in front, as long as the columns. */
  readonly band?: { readonly low: Float64Array; readonly high: Float64Array };
  /** The run that it is of; several lines may be of one. */
  readonly run?: string;
  /** Which vertical axis it is read on; the left one where absent. */
  readonly side?: "left" | "right";
}

/** What the reader zoomed to; null follows the data. */
export interface Zoom {
  readonly x: Range | null;
  readonly y: Range | null;
  /** Of the axis at the right. */
  readonly right?: Range | null;
}

export const NO_ZOOM: Zoom = { x: null, y: null };

/** Ends of the vertical axis that stay where they are; null follows the data. */
export interface FixedEnds {
  readonly min: number | null;
  readonly max: number | null;
}

export const FREE_ENDS: FixedEnds = { min: null, max: null };

export interface ViewSettings {
  readonly zoom: Zoom;
  readonly fixed?: FixedEnds;
  readonly yScale: YScale;
  readonly xScale?: YScale;
  readonly outliersClipped: boolean;
  /** Whether the values are drawn behind the smoothed line. */
  readonly rawShown: boolean;
}

/** A vertical axis. */
export interface ValueAxis {
  readonly y: Range;
  /** `symlog` where a logarithmic axis was asked for and values at or below 0 are in view. */
  readonly yKind: "linear" | "log" | "symlog";
  /** Where a symmetric logarithm turns linear. */
  readonly linearBelow: number;
}

/** The axes of a chart at this moment; its own vertical axis is the one at the left. */
export interface View extends ValueAxis {
  readonly x: Range;
  /** As `yKind`; steps begin at 0, so a logarithm of them is symmetric too. */
  readonly xKind: YScale;
  readonly xLinearBelow: number;
  /** The axis at the right, where any line is read on it. */
  readonly right?: ValueAxis;
  /** How many of the drawn points lie above or below the axis. */
  readonly outside: number;
  readonly empty: boolean;
}

/** The vertical axis that a line is read on. */
export function axisOf(view: View, line: Pick<Line, "side">): ValueAxis {
  return (line.side === "right" ? view.right : undefined) ?? view;
}

/** The columns of a line that are drawn, the one in front first. */
export function drawnColumns(line: Line, rawShown: boolean): Float64Array[] {
  if (line.smoothed === null) return [line.value];
  return rawShown ? [line.smoothed, line.value] : [line.smoothed];
}

function drawnSpans(lines: readonly Line[], rawShown: boolean, window: Range | null): Span[] {
  const columns = (line: Line) => [...drawnColumns(line, rawShown), ...(line.band ? [line.band.low, line.band.high] : [])];
  return lines.flatMap((line) => columns(line).map((column) => spanWithin(line.x, column, window)));
}

function xExtent(lines: readonly Line[]): Range | null {
  let min = Infinity;
  let max = -Infinity;
  for (const { x, nonfinite } of lines) {
    for (const column of [x, nonfinite.x]) {
      if (column.length === 0) continue;
      min = Math.min(min, column[0] as number);
      max = Math.max(max, column[column.length - 1] as number);
    }
  }
  return min <= max ? [min, max] : null;
}

function countOutside(spans: readonly Span[], [low, high]: Range): number {
  let outside = 0;
  for (const { values, start, stop } of spans) {
    for (let index = start; index < stop; index += 1) {
      const value = values[index] as number;
      if (value < low || value > high) outside += 1;
    }
  }
  return outside;
}

/** A range with its fixed ends; a free end that would come to lie beyond a fixed one keeps its distance. */
function withFixed([low, high]: Range, { min, max }: FixedEnds): Range {
  const bottom = min ?? low;
  const top = max ?? high;
  if (bottom < top) return [bottom, top];
  const span = high - low;
  return max === null ? [bottom, bottom + span] : [top - span, top];
}

/** The smallest x other than 0 on either side of it; columns ascend, so it stands beside 0. */
function smallestX(lines: readonly Line[]): number {
  let smallest = Infinity;
  for (const { x, nonfinite } of lines) {
    for (const column of [x, nonfinite.x]) {
      const negative = column[lowerBound(column, 0) - 1];
      const positive = column[lowerBound(column, Number.MIN_VALUE)];
      smallest = Math.min(smallest, Math.abs(negative ?? Infinity), positive ?? Infinity);
    }
  }
  return Number.isFinite(smallest) ? smallest : 1;
}

function horizontalOf(lines: readonly Line[], zoom: Range | null, scale: YScale): Pick<View, "x" | "xKind" | "xLinearBelow"> {
  const whole = xExtent(lines) ?? [0, 1];
  const x = zoom ?? xRange(whole);
  if (scale === "linear") return { x, xKind: "linear", xLinearBelow: 1 };
  if (scale === "log" && x[0] > 0) return { x, xKind: "log", xLinearBelow: 1 };
  return { x, xKind: "symlog", xLinearBelow: smallestX(lines) };
}

/** Where the axes go: the zoom where there is one, else everything but clipped outliers, between ends that were fixed. */
export function viewOf(lines: readonly Line[], settings: ViewSettings): View {
  const atRight = lines.filter((line) => line.side === "right");
  if (atRight.length === 0 || atRight.length === lines.length) return oneAxisView(lines, settings);
  const left = oneAxisView(lines.filter((line) => line.side !== "right"), settings);
  // Fixed ends are those of the left axis.
  const right = oneAxisView(atRight, { ...settings, zoom: { ...settings.zoom, y: settings.zoom.right ?? null }, fixed: FREE_ENDS });
  const { y, yKind, linearBelow } = right;
  return { ...left, ...horizontalOf(lines, settings.zoom.x, settings.xScale ?? "linear"), right: { y, yKind, linearBelow }, outside: left.outside + right.outside, empty: left.empty && right.empty };
}

function oneAxisView(lines: readonly Line[], settings: ViewSettings): View {
  const { zoom, rawShown, fixed = FREE_ENDS } = settings;
  const horizontal = horizontalOf(lines, zoom.x, settings.xScale ?? "linear");
  const spans = drawnSpans(lines, rawShown, zoom.x);
  const whole = extent(spans);
  const log = settings.yScale !== "linear";
  const lowest = zoom.y?.[0] ?? fixed.min ?? whole?.[0] ?? 1;
  const yKind = !log ? "linear" : settings.yScale === "symlog" || lowest <= 0 ? "symlog" : "log";
  const linearBelow = yKind === "symlog" ? smallestMagnitude(spans) : 1;
  const base = { ...horizontal, yKind, linearBelow, empty: whole === null } as const;
  // Outliers are counted on one column a line, the one that holds what was logged where it is drawn.
  const counted = lines.map((line) => spanWithin(line.x, rawShown || line.smoothed === null ? line.value : line.smoothed, zoom.x));
  if (zoom.y !== null) return { ...base, y: zoom.y, outside: countOutside(counted, zoom.y) };
  if (whole === null) return { ...base, y: withFixed(log ? [0.1, 1] : [0, 1], fixed), outside: 0 };
  const fenced = settings.outliersClipped ? fences(counted, { log: yKind === "log" }) : null;
  const inner = fenced !== null && fenced.outside > 0 ? fenced.range : whole;
  const y = withFixed(yKind === "log" ? logRange(inner) : linearRange(inner), fixed);
  return { ...base, y, outside: countOutside(counted, y) };
}

/** How far into a line the window reaches, one neighbour more at either side so that lines leave the plot. */
export function indicesWithin(x: Float64Array, [low, high]: Range): readonly [start: number, stop: number] {
  const start = Math.max(0, lowerBound(x, low) - 1);
  let stop = lowerBound(x, high);
  while (stop < x.length && x[stop] === high) stop += 1;
  return [start, Math.min(x.length, stop + 1)];
}

const KIND_NAMES = ["NaN", "+Inf", "-Inf"];

/** The first value that is no number and what it is; null where all are. */
export function firstNonfinite(lines: readonly Line[]): { readonly name: string; readonly x: number } | null {
  let first: { name: string; x: number } | null = null;
  for (const { nonfinite } of lines) {
    const x = nonfinite.x[0];
    if (x !== undefined && (first === null || x < first.x)) first = { name: KIND_NAMES[nonfinite.kind[0] ?? 0] ?? "NaN", x };
  }
  return first;
}
