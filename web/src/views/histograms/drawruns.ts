/** The histograms of several runs in one picture: as ridges or outlines at one step, as strips or bands over time. */

import type { Box } from "../../lib/box";
import { linearRange, type Range } from "../../lib/range";
import { cleared, drawAlert, drawAxes, drawCursor, drawHeat, nearestTo, plotOf, text, valueRange, valueTicks, type Drawing, type HistogramMode } from "./draw";
import { percentiles, resample, thinned, type Histogram } from "./model";
import { placedOn, placeOf, timeRange, type HistogramTime, type TimeAxis } from "./timeaxis";

export interface RunHistograms {
  readonly run: string;
  readonly color: string;
  readonly histograms: readonly Histogram[];
  /** Of the run, in seconds since the epoch. */
  readonly began: number | null;
}

export interface RunsDrawing extends Pick<Drawing, "mode" | "logCounts" | "theme" | "width" | "height" | "step"> {
  readonly runs: readonly RunHistograms[];
  readonly unit: HistogramTime;
}

const BINS = 96;
const MOST_COLUMNS = 300;
/** Ridges overlap by this share. */
const OVERLAP = 0.55;
/** From one deviation of a normal distribution below the median to one above. */
const BAND = [15.87, 50, 84.13] as const;

const axisOf = ({ began }: RunHistograms, unit: HistogramTime): TimeAxis => ({ unit, began });
const whole = ({ histograms }: RunHistograms) => histograms.filter((one) => one.error === null);

/** The one of each run that is shown at a step, the newest where no step was chosen; runs that have none are left out. */
export function atStep(runs: readonly RunHistograms[], step: number | null): readonly { readonly of: RunHistograms; readonly one: Histogram }[] {
  return runs.flatMap((of) => {
    const own = whole(of);
    const last = own[own.length - 1];
    return last ? [{ of, one: step === null ? last : nearestTo(own, step) }] : [];
  });
}

const isTimed = (mode: HistogramMode) => mode === "heat" || mode === "percentiles";

export function plotOfRuns(mode: HistogramMode, width: number, height: number): Box {
  // Nothing stands at the right of ridges: their colour says whose they are.
  return isTimed(mode) ? plotOf(mode, width, height) : plotOf("overlay", width, height);
}

/** The step under the pointer where time goes across; null elsewhere. */
export function stepAt({ runs, mode, unit, width, height }: Pick<RunsDrawing, "runs" | "mode" | "unit" | "width" | "height">, x: number): number | null {
  if (!isTimed(mode)) return null;
  const placed = runs.flatMap((of) => placedOn(whole(of), axisOf(of, unit)).map((one) => ({ step: one.step, at: placeOf(one, axisOf(of, unit)) })));
  if (placed.length === 0) return null;
  const [low, high] = timesOf(runs, unit);
  const plot = plotOfRuns(mode, width, height);
  const at = low + ((x - plot.left) / (plot.right - plot.left)) * (high - low);
  return placed.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best)).step;
}

function timesOf(runs: readonly RunHistograms[], unit: HistogramTime): Range {
  const ranges = runs.flatMap((of) => {
    const own = placedOn(whole(of), axisOf(of, unit));
    return own.length > 0 ? [timeRange(own, axisOf(of, unit))] : [];
  });
  return ranges.length === 0 ? [0, 1] : [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

export function drawRuns(context: CanvasRenderingContext2D, drawing: RunsDrawing): void {
  cleared(context, drawing);
  if (isTimed(drawing.mode)) drawOverTime(context, drawing);
  else drawAtStep(context, drawing);
  context.globalAlpha = 1;
}

function drawAtStep(context: CanvasRenderingContext2D, drawing: RunsDrawing): void {
  const { theme, mode, logCounts } = drawing;
  const shown = atStep(drawing.runs, drawing.step);
  const values = valueRange(shown.map(({ one }) => one));
  if (values === null) return;
  const plot = plotOfRuns(mode, drawing.width, drawing.height);
  for (const { at, label } of valueTicks(values, plot.right - plot.left, 64)) {
    text(context, theme, label, plot.left + ((at - values[0]) / (values[1] - values[0])) * (plot.right - plot.left), plot.bottom + 16, "center");
  }
  const scale = logCounts ? (share: number) => Math.log1p(share * 1000) : (share: number) => share;
  const shapes = shown.map(({ one }) => resample(one, values, BINS).map(scale));
  const peak = Math.max(...shapes.map((shape) => Math.max(...shape)), Number.MIN_VALUE);
  // The first ridge reaches up to the top, the others into the one before.
  const each = mode === "offset" ? (plot.bottom - plot.top) / (shown.length + (shown.length > 1 ? OVERLAP : 0)) : 0;
  shown.forEach(({ of, one }, index) => {
    const base = mode === "offset" ? plot.bottom - (shown.length - 1 - index) * each : plot.bottom;
    const room = mode === "offset" ? (shown.length > 1 ? each * (1 + OVERLAP) : each) : plot.bottom - plot.top;
    const path = new Path2D();
    path.moveTo(plot.left, base);
    (shapes[index] as Float64Array).forEach((share, bin) => path.lineTo(plot.left + ((bin + 0.5) / BINS) * (plot.right - plot.left), base - (share / peak) * room));
    path.lineTo(plot.right, base);
    context.globalAlpha = mode === "offset" ? 0.55 : 0.1;
    context.fillStyle = of.color;
    context.fill(path);
    context.globalAlpha = 1;
    context.strokeStyle = of.color;
    context.lineWidth = 1.4;
    context.stroke(path);
    if (one.nonfinite > 0) drawAlert(context, theme, plot.right - 5 - (mode === "offset" ? 0 : index * 11), mode === "offset" ? base - 5 : plot.top + 5);
  });
}

function drawOverTime(context: CanvasRenderingContext2D, drawing: RunsDrawing): void {
  const { runs, theme, mode, unit, step, logCounts } = drawing;
  const drawn = runs.map((of) => ({ of, own: thinned(placedOn(whole(of), axisOf(of, unit)), MOST_COLUMNS) })).filter(({ own }) => own.length > 0);
  const every = drawn.flatMap(({ own }) => own);
  const values = mode === "percentiles" ? bandRange(every) : valueRange(every);
  if (values === null) return;
  const plot = plotOfRuns(mode, drawing.width, drawing.height);
  const times = timesOf(runs, unit);
  const range = mode === "percentiles" ? linearRange(values) : values;
  const toXOf = (of: RunHistograms) => (one: Histogram) => plot.left + ((placeOf(one, axisOf(of, unit)) - times[0]) / (times[1] - times[0])) * (plot.right - plot.left);
  if (mode === "percentiles") {
    drawAxes(context, theme, { range, times, unit, plot });
    const toY = (value: number) => plot.bottom - ((value - range[0]) / (range[1] - range[0])) * (plot.bottom - plot.top);
    for (const { of, own } of drawn) drawSpread(context, own, of.color, toXOf(of), toY);
  } else {
    // The axis of time is drawn once; values are told by the pointer, strips are too low for ticks.
    drawAxes(context, theme, { range: [0, 1], times, unit, plot: { ...plot, top: plot.bottom } });
    const each = (plot.bottom - plot.top) / drawn.length;
    drawn.forEach(({ of, own }, index) => {
      const strip = { ...plot, top: plot.top + index * each + 1, bottom: plot.top + (index + 1) * each - 1 };
      const toY = (value: number) => strip.bottom - ((value - range[0]) / (range[1] - range[0])) * (strip.bottom - strip.top);
      context.fillStyle = of.color;
      const edges = { ...strip, left: toXOf(of)(own[0] as Histogram), right: toXOf(of)(own[own.length - 1] as Histogram) };
      drawHeat(context, logCounts, own, range, { toX: toXOf(of), toY, plot: edges.right > edges.left ? edges : strip });
      if (index > 0) continueLine(context, theme.grid, strip);
    });
  }
  for (const { of, own } of drawn) for (const one of own) if (one.nonfinite > 0) drawAlert(context, theme, toXOf(of)(one), plot.top + 1);
  const [longest] = [...drawn].sort((a, b) => b.own.length - a.own.length);
  if (step !== null && longest) drawCursor(context, theme, toXOf(longest.of)(nearestTo(longest.own, step)), plot);
}

function continueLine(context: CanvasRenderingContext2D, color: string, strip: Box): void {
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(strip.left, Math.round(strip.top) - 0.5);
  context.lineTo(strip.right, Math.round(strip.top) - 0.5);
  context.stroke();
}

/** What the bands of `drawSpread` take: tails, which they do not draw, would press them flat. */
export function bandRange(histograms: readonly Histogram[]): Range | null {
  const edges = histograms.filter(({ count }) => count > 0).flatMap((one) => percentiles(one, BAND)).filter(Number.isFinite);
  return edges.length === 0 ? null : edges.reduce<Range>(([low, high], edge) => [Math.min(low, edge), Math.max(high, edge)], [Infinity, -Infinity]);
}

/** The median, and the band that holds the middle two thirds. */
export function drawSpread(context: CanvasRenderingContext2D, own: readonly Histogram[], color: string, toX: (one: Histogram) => number, toY: (value: number) => number): void {
  const rows = own.filter((one) => one.count > 0).map((one) => ({ x: toX(one), band: percentiles(one, BAND).map(toY) }));
  const [first] = rows;
  if (!first) return;
  // A single one is as wide as a dot.
  const points = rows.length === 1 ? [{ ...first, x: first.x - 3 }, { ...first, x: first.x + 3 }] : rows;
  const band = new Path2D();
  points.forEach(({ x, band: [, , high] }, index) => band[index === 0 ? "moveTo" : "lineTo"](x, high as number));
  [...points].reverse().forEach(({ x, band: [low] }) => band.lineTo(x, low as number));
  band.closePath();
  context.globalAlpha = 0.18;
  context.fillStyle = color;
  context.fill(band);
  const median = new Path2D();
  points.forEach(({ x, band: [, middle] }, index) => median[index === 0 ? "moveTo" : "lineTo"](x, middle as number));
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke(median);
}
