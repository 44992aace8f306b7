/** Histograms over time on a canvas: one behind the other, on top of each other, as a heat map, or as bands of percentiles. */

import { xTicks } from "../../charts/axes";
import type { ChartTheme } from "../../charts/options";
import type { Box } from "../../lib/box";
import { formatTick } from "../../lib/format";
import { nearestIndex } from "../../lib/nearest";
import { linearRange, type Range } from "../../lib/range";
import { linearTicks, spacingOf } from "../../lib/ticks";
import { formatPlace, placedOn, placeOf, timeRange, type HistogramTime, type TimeAxis } from "./timeaxis";
import { extentOf, percentiles, resample, thinned, type Histogram } from "./model";

export type HistogramMode = "offset" | "overlay" | "heat" | "percentiles";

export interface Drawing {
  readonly histograms: readonly Histogram[];
  readonly mode: HistogramMode;
  /** Small shares are raised, so that tails are seen. */
  readonly logCounts: boolean;
  readonly color: string;
  readonly theme: ChartTheme;
  readonly width: number;
  readonly height: number;
  /** The one that stands out. */
  readonly step: number | null;
  /** What they are laid out along. */
  readonly time: TimeAxis;
}

/** Draws on a canvas of this size, in CSS pixels. */
export type Painter = (context: CanvasRenderingContext2D, place: Pick<Drawing, "theme" | "width" | "height">) => void;

const BINS = 96;
/** More ridges than this hide one another. */
const MOST_RIDGES = 50;
const MOST_COLUMNS = 400;

/** `unit` is that of the labels at the right of ridges. */
export function plotOf(mode: HistogramMode, width: number, height: number, unit: HistogramTime = "step"): Box {
  const timed = mode === "heat" || mode === "percentiles";
  return { left: timed ? 52 : 14, right: width - (mode === "offset" ? (unit === "step" ? 46 : 66) : 14), top: 10, bottom: height - 24 };
}

/** Those that are drawn: all in time, fewer where they lie behind one another. */
export function drawnOf({ histograms, mode, time }: Pick<Drawing, "histograms" | "mode" | "time">): readonly Histogram[] {
  const whole = placedOn(histograms.filter((one) => one.error === null), time);
  return thinned(whole, mode === "heat" || mode === "percentiles" ? MOST_COLUMNS : MOST_RIDGES);
}

/** How high the first ridge stands above the last, as a share of the plot. */
const RISE = 0.62;

/** Where each ridge stands: the newest lowest, the others as far behind it as they are older. */
function baselines(drawn: readonly Histogram[], time: TimeAxis, { top, bottom }: Box): readonly number[] {
  const [first, last] = [drawn[0], drawn[drawn.length - 1]];
  const span = first && last ? placeOf(last, time) - placeOf(first, time) : 0;
  return drawn.map((one) => bottom - (span > 0 ? (placeOf(last as Histogram, time) - placeOf(one, time)) / span : 0) * (bottom - top) * RISE);
}

export function valueRange(histograms: readonly Histogram[]): Range | null {
  const extent = extentOf(histograms);
  return extent && (extent[0] === extent[1] ? linearRange(extent) : extent);
}

/** Which of the drawn ones is at a place of the plot; null where there is none. */
export function histogramAt(drawing: Pick<Drawing, "histograms" | "mode" | "width" | "height" | "time">, x: number, y: number): Histogram | null {
  const drawn = drawnOf(drawing);
  if (drawn.length === 0) return null;
  const { time } = drawing;
  const plot = plotOf(drawing.mode, drawing.width, drawing.height, time.unit);
  if (drawing.mode === "offset") return drawn[nearestIndex(baselines(drawn, time, plot), y)] ?? null;
  const [first, last] = timeRange(drawn, time);
  const at = first + ((x - plot.left) / (plot.right - plot.left)) * (last - first);
  return drawn[nearestIndex(drawn.map((one) => placeOf(one, time)), at)] ?? null;
}

/** Makes the canvas as sharp as the screen and clears it. */
export function cleared(context: CanvasRenderingContext2D, { width, height, theme }: Pick<Drawing, "width" | "height" | "theme">): void {
  const ratio = devicePixelRatio;
  context.canvas.width = Math.round(width * ratio);
  context.canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `11px ${theme.mono}`;
}

/** A triangle where values were no numbers. */
export function drawAlert(context: CanvasRenderingContext2D, theme: ChartTheme, x: number, y: number): void {
  context.globalAlpha = 1;
  context.fillStyle = theme.alert;
  context.beginPath();
  context.moveTo(x, y - 4.5);
  context.lineTo(x + 4.5, y + 3.5);
  context.lineTo(x - 4.5, y + 3.5);
  context.fill();
}

export function drawHistograms(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { width, height, mode, time } = drawing;
  cleared(context, drawing);
  const drawn = drawnOf(drawing);
  const values = valueRange(drawn);
  if (values === null) return;
  const plot = plotOf(mode, width, height, time.unit);
  if (mode === "heat" || mode === "percentiles") drawOverTime(context, drawing, drawn, values, plot);
  else drawRidges(context, drawing, drawn, values, plot);
}

export function text(context: CanvasRenderingContext2D, theme: ChartTheme, label: string, x: number, y: number, align: CanvasTextAlign): void {
  context.fillStyle = theme.text;
  context.textAlign = align;
  context.fillText(label, x, y);
}

export function valueTicks([low, high]: Range, pixels: number, each: number): { at: number; label: string }[] {
  const ticks = linearTicks(low, high, Math.max(2, Math.floor(pixels / each)));
  return ticks.map((at) => ({ at, label: formatTick(at, spacingOf(ticks)) }));
}

function drawRidges(context: CanvasRenderingContext2D, drawing: Drawing, drawn: readonly Histogram[], values: Range, plot: Box): void {
  const { theme, color, mode, logCounts, step, time } = drawing;
  const bases = baselines(drawn, time, plot);
  const scale = logCounts ? (share: number) => Math.log1p(share * 1000) : (share: number) => share;
  const shapes = drawn.map((one) => resample(one, values, BINS).map(scale));
  const peak = Math.max(...shapes.map((shape) => Math.max(...shape)));
  const room = (plot.bottom - plot.top) * (mode === "offset" ? 1 - RISE : 1);
  for (const { at, label } of valueTicks(values, plot.right - plot.left, 64)) {
    text(context, theme, label, plot.left + ((at - values[0]) / (values[1] - values[0])) * (plot.right - plot.left), plot.bottom + 16, "center");
  }
  const chosen = step === null ? -1 : nearestIndex(drawn.map((one) => one.step), step);
  const order = [...drawn.keys()].filter((index) => mode === "offset" || index !== chosen);
  if (mode === "overlay" && chosen >= 0) order.push(chosen);
  let lastLabel = Infinity;
  for (const index of order) {
    const base = mode === "offset" ? (bases[index] as number) : plot.bottom;
    const age = drawn.length > 1 ? index / (drawn.length - 1) : 1;
    const path = new Path2D();
    path.moveTo(plot.left, base);
    (shapes[index] as Float64Array).forEach((share, bin) => path.lineTo(plot.left + ((bin + 0.5) / BINS) * (plot.right - plot.left), base - (peak > 0 ? share / peak : 0) * room));
    path.lineTo(plot.right, base);
    context.globalAlpha = 1;
    if (mode === "offset") {
      context.fillStyle = theme.surface;
      context.fill(path);
      context.globalAlpha = 0.15 + 0.6 * age;
      context.fillStyle = color;
      context.fill(path);
    }
    context.globalAlpha = index === chosen ? 1 : mode === "offset" ? 0.7 : 0.15 + 0.55 * age;
    context.strokeStyle = index === chosen ? theme.accent : mode === "offset" ? theme.surface : color;
    context.lineWidth = index === chosen ? 2.2 : 1;
    context.stroke(path);
    if (mode === "offset" && (drawn[index] as Histogram).nonfinite > 0) drawAlert(context, theme, plot.right - 5, base - 5);
  }
  context.globalAlpha = 1;
  if (mode !== "offset") return;
  for (let index = drawn.length - 1; index >= 0; index -= 1) {
    const base = bases[index] as number;
    if (lastLabel - base < 16) continue;
    lastLabel = base;
    text(context, theme, formatPlace(placeOf(drawn[index] as Histogram, time), time.unit), plot.right + 6, base + 4, "left");
  }
}

function drawOverTime(context: CanvasRenderingContext2D, drawing: Drawing, drawn: readonly Histogram[], values: Range, plot: Box): void {
  const { theme, color, mode, step, time } = drawing;
  const range = mode === "percentiles" ? linearRange(values) : values;
  const times = timeRange(drawn, time);
  const toX = (one: Histogram) => plot.left + ((placeOf(one, time) - times[0]) / (times[1] - times[0])) * (plot.right - plot.left);
  const toY = (value: number) => plot.bottom - ((value - range[0]) / (range[1] - range[0])) * (plot.bottom - plot.top);
  drawAxes(context, theme, { range, times, unit: time.unit, plot });
  context.fillStyle = color;
  context.strokeStyle = color;
  if (mode === "heat") drawHeat(context, drawing.logCounts, drawn, range, { toX, toY, plot });
  else drawBands(context, drawn, toX, toY);
  for (const one of drawn) if (one.nonfinite > 0) drawAlert(context, theme, toX(one), plot.top + 1);
  context.globalAlpha = 1;
  const [first, last] = [drawn[0], drawn[drawn.length - 1]];
  if (step === null || !first || !last || step < Math.min(first.step, last.step) || step > Math.max(first.step, last.step)) return;
  drawCursor(context, theme, toX(nearestTo(drawn, step)), plot);
}

/** `drawn` is not empty. */
export function nearestTo(drawn: readonly Histogram[], step: number): Histogram {
  return drawn.reduce((best, one) => (Math.abs(one.step - step) < Math.abs(best.step - step) ? one : best));
}

export function drawCursor(context: CanvasRenderingContext2D, theme: ChartTheme, x: number, plot: Box): void {
  context.strokeStyle = theme.cursor;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(Math.round(x) + 0.5, plot.top);
  context.lineTo(Math.round(x) + 0.5, plot.bottom);
  context.stroke();
}

/** Values up, with a grid, and time across. */
export function drawAxes(context: CanvasRenderingContext2D, theme: ChartTheme, { range, times, unit, plot }: { range: Range; times: Range; unit: HistogramTime; plot: Box }): void {
  const toY = (value: number) => plot.bottom - ((value - range[0]) / (range[1] - range[0])) * (plot.bottom - plot.top);
  for (const { at, label } of valueTicks(range, plot.bottom - plot.top, 30)) {
    context.strokeStyle = theme.grid;
    context.beginPath();
    context.moveTo(plot.left, Math.round(toY(at)) + 0.5);
    context.lineTo(plot.right, Math.round(toY(at)) + 0.5);
    context.stroke();
    text(context, theme, label, plot.left - 6, toY(at) + 4, "right");
  }
  for (const { at, label } of xTicks(unit, times[0], times[1], plot.right - plot.left)) text(context, theme, label, plot.left + ((at - times[0]) / (times[1] - times[0])) * (plot.right - plot.left), plot.bottom + 16, "center");
}

export interface Scales {
  readonly toX: (one: Histogram) => number;
  readonly toY: (value: number) => number;
  readonly plot: Box;
}

export function drawHeat(context: CanvasRenderingContext2D, logCounts: boolean, drawn: readonly Histogram[], range: Range, { toX, toY, plot }: Scales): void {
  const shapes = drawn.map((one) => resample(one, range, BINS));
  const peak = Math.max(...shapes.map((shape) => Math.max(...shape)));
  const heat = (share: number) => (logCounts ? Math.log1p((share / peak) * 1000) / Math.log1p(1000) : share / peak);
  const bin = (range[1] - range[0]) / BINS;
  shapes.forEach((shape, index) => {
    // Each reaches half way to its neighbours; the first and the last to the edges.
    const here = toX(drawn[index] as Histogram);
    const [before, after] = [drawn[index - 1], drawn[index + 1]];
    const left = before ? (toX(before) + here) / 2 : plot.left;
    const right = after ? (toX(after) + here) / 2 : plot.right;
    shape.forEach((share, at) => {
      if (!(share > 0)) return;
      context.globalAlpha = Math.max(0.03, heat(share));
      const top = toY(range[0] + (at + 1) * bin);
      context.fillRect(left, top, right - left + 0.4, toY(range[0] + at * bin) - top + 0.4);
    });
  });
}

export function drawBands(context: CanvasRenderingContext2D, drawn: readonly Histogram[], toX: Scales["toX"], toY: (value: number) => number): void {
  const whole = drawn.filter((one) => one.count > 0);
  const rows = whole.map((one) => percentiles(one));
  const middle = 4;
  for (let outer = 0; outer < middle; outer += 1) {
    const path = new Path2D();
    rows.forEach((row, index) => path[index === 0 ? "moveTo" : "lineTo"](toX(whole[index] as Histogram), toY(row[outer] as number)));
    for (let index = rows.length - 1; index >= 0; index -= 1) path.lineTo(toX(whole[index] as Histogram), toY((rows[index] as number[])[2 * middle - outer] as number));
    path.closePath();
    context.globalAlpha = 0.16;
    context.fill(path);
    if (rows.length === 1) context.fillRect(toX(whole[0] as Histogram) - 3, toY((rows[0] as number[])[2 * middle - outer] as number), 6, Math.abs(toY((rows[0] as number[])[outer] as number) - toY((rows[0] as number[])[2 * middle - outer] as number)));
  }
  const median = new Path2D();
  rows.forEach((row, index) => median[index === 0 ? "moveTo" : "lineTo"](toX(whole[index] as Histogram), toY(row[middle] as number)));
  context.globalAlpha = 1;
  context.lineWidth = 1.6;
  context.stroke(median);
}
