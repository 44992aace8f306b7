/** Histograms over time on a canvas: one behind the other, on top of each other, as a heat map, or as bands of percentiles. */

import { xTicks } from "../../charts/axes";
import type { ChartTheme } from "../../charts/options";
import { formatStepTick, formatTick } from "../../lib/format";
import { nearestIndex } from "../../lib/nearest";
import { linearRange, xRange, type Range } from "../../lib/range";
import { linearTicks, spacingOf } from "../../lib/ticks";
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
}

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const BINS = 96;
/** More ridges than this hide one another. */
const MOST_RIDGES = 50;
const MOST_COLUMNS = 400;

export function plotOf(mode: HistogramMode, width: number, height: number): Plot {
  const timed = mode === "heat" || mode === "percentiles";
  return { left: timed ? 52 : 14, right: width - (mode === "offset" ? 46 : 14), top: 10, bottom: height - 24 };
}

/** Those that are drawn: all in time, fewer where they lie behind one another. */
export function drawnOf({ histograms, mode }: Pick<Drawing, "histograms" | "mode">): readonly Histogram[] {
  const whole = histograms.filter((one) => one.error === null);
  return thinned(whole, mode === "heat" || mode === "percentiles" ? MOST_COLUMNS : MOST_RIDGES);
}

/** How high the first ridge stands above the last, as a share of the plot. */
const RISE = 0.62;

function baseline(index: number, count: number, { top, bottom }: Plot): number {
  return bottom - (1 - (count > 1 ? index / (count - 1) : 1)) * (bottom - top) * RISE;
}

function valueRange(histograms: readonly Histogram[]): Range | null {
  const extent = extentOf(histograms);
  return extent && (extent[0] === extent[1] ? linearRange(extent) : extent);
}

export function stepRange(drawn: readonly Histogram[]): Range {
  return xRange([drawn[0]?.step ?? 0, drawn[drawn.length - 1]?.step ?? 1]);
}

/** Which of the drawn ones is at a place of the plot; null where there is none. */
export function histogramAt(drawing: Pick<Drawing, "histograms" | "mode" | "width" | "height">, x: number, y: number): Histogram | null {
  const drawn = drawnOf(drawing);
  if (drawn.length === 0) return null;
  const plot = plotOf(drawing.mode, drawing.width, drawing.height);
  if (drawing.mode === "offset") {
    const places = drawn.map((_, index) => baseline(index, drawn.length, plot));
    return drawn[nearestIndex(places, y)] ?? null;
  }
  const [first, last] = stepRange(drawn);
  const step = first + ((x - plot.left) / (plot.right - plot.left)) * (last - first);
  return drawn[nearestIndex(drawn.map((one) => one.step), step)] ?? null;
}

export function drawHistograms(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { width, height, mode, theme } = drawing;
  const ratio = devicePixelRatio;
  context.canvas.width = Math.round(width * ratio);
  context.canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `11px ${theme.mono}`;
  const drawn = drawnOf(drawing);
  const values = valueRange(drawn);
  if (values === null) return;
  const plot = plotOf(mode, width, height);
  if (mode === "heat" || mode === "percentiles") drawOverTime(context, drawing, drawn, values, plot);
  else drawRidges(context, drawing, drawn, values, plot);
}

function text(context: CanvasRenderingContext2D, theme: ChartTheme, label: string, x: number, y: number, align: CanvasTextAlign): void {
  context.fillStyle = theme.text;
  context.textAlign = align;
  context.fillText(label, x, y);
}

function valueTicks([low, high]: Range, pixels: number, each: number): { at: number; label: string }[] {
  const ticks = linearTicks(low, high, Math.max(2, Math.floor(pixels / each)));
  return ticks.map((at) => ({ at, label: formatTick(at, spacingOf(ticks)) }));
}

function drawRidges(context: CanvasRenderingContext2D, drawing: Drawing, drawn: readonly Histogram[], values: Range, plot: Plot): void {
  const { theme, color, mode, logCounts, step } = drawing;
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
    const base = mode === "offset" ? baseline(index, drawn.length, plot) : plot.bottom;
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
  }
  context.globalAlpha = 1;
  if (mode !== "offset") return;
  for (let index = drawn.length - 1; index >= 0; index -= 1) {
    const base = baseline(index, drawn.length, plot);
    if (lastLabel - base < 16) continue;
    lastLabel = base;
    text(context, theme, formatStepTick((drawn[index] as Histogram).step), plot.right + 6, base + 4, "left");
  }
}

function drawOverTime(context: CanvasRenderingContext2D, drawing: Drawing, drawn: readonly Histogram[], values: Range, plot: Plot): void {
  const { theme, color, mode, step } = drawing;
  const range = mode === "percentiles" ? linearRange(values) : values;
  const steps = stepRange(drawn);
  const toX = (at: number) => plot.left + ((at - steps[0]) / (steps[1] - steps[0])) * (plot.right - plot.left);
  const toY = (value: number) => plot.bottom - ((value - range[0]) / (range[1] - range[0])) * (plot.bottom - plot.top);
  for (const { at, label } of valueTicks(range, plot.bottom - plot.top, 30)) {
    context.strokeStyle = theme.grid;
    context.beginPath();
    context.moveTo(plot.left, Math.round(toY(at)) + 0.5);
    context.lineTo(plot.right, Math.round(toY(at)) + 0.5);
    context.stroke();
    text(context, theme, label, plot.left - 6, toY(at) + 4, "right");
  }
  for (const { at, label } of xTicks("step", steps[0], steps[1], plot.right - plot.left)) text(context, theme, label, toX(at), plot.bottom + 16, "center");
  context.fillStyle = color;
  context.strokeStyle = color;
  if (mode === "heat") drawHeat(context, drawing, drawn, range, { toX, toY, plot });
  else drawBands(context, drawn, toX, toY);
  context.globalAlpha = 1;
  if (step === null || step < steps[0] || step > steps[1]) return;
  context.strokeStyle = theme.cursor;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(Math.round(toX(step)) + 0.5, plot.top);
  context.lineTo(Math.round(toX(step)) + 0.5, plot.bottom);
  context.stroke();
}

interface Scales {
  readonly toX: (step: number) => number;
  readonly toY: (value: number) => number;
  readonly plot: Plot;
}

function drawHeat(context: CanvasRenderingContext2D, { logCounts }: Drawing, drawn: readonly Histogram[], range: Range, { toX, toY, plot }: Scales): void {
  const shapes = drawn.map((one) => resample(one, range, BINS));
  const peak = Math.max(...shapes.map((shape) => Math.max(...shape)));
  const heat = (share: number) => (logCounts ? Math.log1p((share / peak) * 1000) / Math.log1p(1000) : share / peak);
  const bin = (range[1] - range[0]) / BINS;
  shapes.forEach((shape, index) => {
    // Each reaches half way to its neighbours; the first and the last to the edges.
    const here = toX((drawn[index] as Histogram).step);
    const [before, after] = [drawn[index - 1], drawn[index + 1]];
    const left = before ? (toX(before.step) + here) / 2 : plot.left;
    const right = after ? (toX(after.step) + here) / 2 : plot.right;
    shape.forEach((share, at) => {
      if (!(share > 0)) return;
      context.globalAlpha = Math.max(0.03, heat(share));
      const top = toY(range[0] + (at + 1) * bin);
      context.fillRect(left, top, right - left + 0.4, toY(range[0] + at * bin) - top + 0.4);
    });
  });
}

function drawBands(context: CanvasRenderingContext2D, drawn: readonly Histogram[], toX: (step: number) => number, toY: (value: number) => number): void {
  const whole = drawn.filter((one) => one.count > 0);
  const rows = whole.map((one) => percentiles(one));
  const middle = 4;
  for (let outer = 0; outer < middle; outer += 1) {
    const path = new Path2D();
    rows.forEach((row, index) => path[index === 0 ? "moveTo" : "lineTo"](toX((whole[index] as Histogram).step), toY(row[outer] as number)));
    for (let index = rows.length - 1; index >= 0; index -= 1) path.lineTo(toX((whole[index] as Histogram).step), toY((rows[index] as number[])[2 * middle - outer] as number));
    path.closePath();
    context.globalAlpha = 0.16;
    context.fill(path);
    if (rows.length === 1) context.fillRect(toX((whole[0] as Histogram).step) - 3, toY((rows[0] as number[])[2 * middle - outer] as number), 6, Math.abs(toY((rows[0] as number[])[outer] as number) - toY((rows[0] as number[])[2 * middle - outer] as number)));
  }
  const median = new Path2D();
  rows.forEach((row, index) => median[index === 0 ? "moveTo" : "lineTo"](toX((whole[index] as Histogram).step), toY(row[middle] as number)));
  context.globalAlpha = 1;
  context.lineWidth = 1.6;
  context.stroke(median);
}
