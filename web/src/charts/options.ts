/** uPlot's options for a line chart, made from data alone. */

import type uPlot from "uplot";
import { scaledXTicks, yTicks } from "./axes";
import { drawnColumns, indicesWithin, type Line, type ValueAxis, type View, type XUnit, type YScale, type Zoom } from "./line";
import type { Range } from "../lib/range";
import { dottedIndices, traceBand, tracePolyline, type ToPixel } from "./strokes";

export interface ChartTheme {
  readonly text: string;
  readonly grid: string;
  readonly surface: string;
  readonly cursor: string;
  readonly alert: string;
  readonly accent: string;
  /** CSS font family of numbers. */
  readonly mono: string;
}

export interface ChartSubject {
  readonly lines: readonly Line[];
  readonly view: View;
  readonly zoom: Zoom;
  readonly xUnit: XUnit;
  readonly rawShown: boolean;
  readonly theme: ChartTheme;
}

/** One column of a line; every stroke is one uPlot series. */
export interface Stroke {
  readonly line: Line;
  readonly column: Float64Array;
  readonly faded: boolean;
}

export interface ChartModel extends ChartSubject {
  /** In drawing order: what is faded first. */
  readonly strokes: readonly Stroke[];
}

/** Faded values behind a smoothed line. */
export const RAW_ALPHA = 0.28;
/** The band around the mean of a group. */
export const BAND_ALPHA = 0.16;
export const DOT_RADIUS = 2.2;
const CHARACTER_WIDTH = 6.6;

/** Width in CSS pixels and opacity of the lines of a chart: many opaque lines would be a blot. */
export function weightOf(lineCount: number): { readonly width: number; readonly alpha: number } {
  if (lineCount <= 30) return { width: 1.6, alpha: 1 };
  return lineCount <= 120 ? { width: 1.2, alpha: 0.8 } : { width: 0.8, alpha: 0.5 };
}

export function strokesOf({ lines, rawShown }: Pick<ChartSubject, "lines" | "rawShown">): Stroke[] {
  const all = lines.flatMap((line) => drawnColumns(line, rawShown).map((column, index) => ({ line, column, faded: index > 0 })));
  return [...all.filter((stroke) => stroke.faded), ...all.filter((stroke) => !stroke.faded)];
}

export function modelOf(subject: ChartSubject): ChartModel {
  return { ...subject, strokes: strokesOf(subject) };
}

const NOTHING = new Float64Array(0);

/** Every series has its own x: reduced runs rarely share steps, and a common x of many runs would be their product. */
export function dataOf({ strokes }: Pick<ChartModel, "strokes">): uPlot.AlignedData {
  const facets = strokes.length > 0 ? strokes.map(({ line, column }) => [line.x, column]) : [[NOTHING, NOTHING]];
  return [null, ...facets] as unknown as uPlot.AlignedData;
}

/** What makes a new plot necessary; everything else is new data for the plot that is there. */
export function shapeOf({ strokes, xUnit, view, theme }: ChartModel): string {
  const looks = strokes.map(({ line, faded }) => `${line.key} ${line.color} ${line.dash.join(",")} ${faded} ${scaleOf(view, line)}`);
  return JSON.stringify([xUnit, view.xKind, view.xLinearBelow, view.yKind, view.linearBelow, view.right?.yKind, view.right?.linearBelow, theme, looks]);
}

/** The scale of a line's vertical axis, by uPlot's name. */
export function scaleOf(view: View, line: Pick<Line, "side">): "y" | "right" {
  return line.side === "right" && view.right ? "right" : "y";
}

/** From values to pixels. Of a linear scale two places tell all others, which is many times faster than asking uPlot for each. */
function toPixels(plot: uPlot, scale: string, [low, high]: Range, kind: YScale): ToPixel {
  const ask = (value: number) => plot.valToPos(value, scale, true);
  if (kind !== "linear" || !(high > low)) return ask;
  const [from, to] = [ask(low), ask(high)];
  const perUnit = (to - from) / (high - low);
  return (value) => from + (value - low) * perUnit;
}

/**
 * All lines with one clip: uPlot would make one for each, and with hundreds of lines that takes longer than the lines. Lines lie over the
 * bands, what is faded behind what is not.
 */
function drawLines(plot: uPlot, { strokes, lines, view }: ChartModel): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const weight = weightOf(lines.length);
  const toX = toPixels(plot, "x", view.x, view.xKind);
  const left = toPixels(plot, "y", view.y, view.yKind);
  const right = view.right ? toPixels(plot, "right", view.right.y, view.right.yKind) : left;
  const radius = DOT_RADIUS * ratio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - ratio, bbox.top - ratio, bbox.width + 2 * ratio, bbox.height + 2 * ratio);
  ctx.clip();
  ctx.lineJoin = "round";
  for (const { line, column, faded } of strokes) {
    const toY = scaleOf(view, line) === "right" ? right : left;
    ctx.globalAlpha = faded ? RAW_ALPHA : weight.alpha;
    ctx.strokeStyle = line.color;
    ctx.lineWidth = (faded ? 1 : weight.width) * ratio;
    ctx.setLineDash(line.dash.map((length) => length * ratio));
    ctx.beginPath();
    const alone = tracePolyline(ctx, line.x, column, line.nonfinite.x, indicesWithin(line.x, view.x), toX, toY);
    ctx.stroke();
    const dotted = faded ? alone : dottedIndices(line, view.x, alone);
    if (dotted.length === 0) continue;
    ctx.fillStyle = line.color;
    ctx.beginPath();
    for (const index of dotted) {
      const [px, py] = [toX(line.x[index] as number), toY(column[index] as number)];
      ctx.moveTo(px + radius, py);
      ctx.arc(px, py, radius, 0, 2 * Math.PI);
    }
    ctx.fill();
  }
  ctx.restore();
}

/** Bands lie under all lines. */
function drawBands(plot: uPlot, { lines, view }: ChartModel): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = BAND_ALPHA;
  for (const line of lines) {
    const { band, x, color } = line;
    if (!band) continue;
    const path = new Path2D();
    traceBand(path, x, band, indicesWithin(x, view.x), (value) => plot.valToPos(value, "x", true), (value) => plot.valToPos(value, scaleOf(view, line), true));
    ctx.fillStyle = color;
    ctx.fill(path);
  }
  ctx.restore();
}

function seriesOf({ strokes, view }: ChartModel): uPlot.Series[] {
  const facets = (scale: "y" | "right") => [{ scale: "x", auto: false }, { scale, auto: false }];
  // uPlot takes its x scale from the first series, so an empty chart has one that is never seen.
  if (strokes.length === 0) return [{ facets: facets("y"), show: false }];
  // They tell uPlot which scales there are; `drawLines` draws them.
  return strokes.map(({ line }) => ({ label: line.label, facets: facets(scaleOf(view, line)), points: { show: false }, paths: () => null }));
}

/**
 * Options for the chart that `read` describes; `read` is asked again at each drawing, so that new data needs no new plot.
 * The pointer is not uPlot's business: `gestures.ts` and the overlay have it.
 */
export function optionsFor(read: () => ChartModel, size: { width: number; height: number }, draw: (plot: uPlot) => void): uPlot.Options {
  const { theme, view, xUnit } = read();
  // uPlot scales the font to the screen, and knows whole pixels only.
  const font = `11px ${theme.mono}`;
  const axis = { stroke: theme.text, font, ticks: { show: false }, grid: { stroke: theme.grid, width: 1 } };
  const distr = (kind: YScale) => (kind === "linear" ? 1 : kind === "log" ? 3 : 4);
  const ticks = (plot: uPlot) => scaledXTicks(xUnit, read().view, plot.bbox.width / devicePixelRatio);
  const valueScale = (of: (view: View) => ValueAxis): uPlot.Scale => ({ auto: false, distr: distr(of(view).yKind), asinh: of(view).linearBelow, log: 10, range: () => [...of(read().view).y] });
  const valueAxis = (of: (view: View) => ValueAxis): uPlot.Axis => ({
    ...axis,
    gap: 6,
    size: (_plot, labels) => Math.max(44, Math.ceil(Math.max(0, ...(labels ?? []).map((label) => label?.length ?? 0)) * CHARACTER_WIDTH) + 16),
    splits: (plot) => yTicks(of(read().view), plot.bbox.height / devicePixelRatio).map((tick) => tick.at),
    filter: (_plot, splits) => splits,
    values: (plot) => yTicks(of(read().view), plot.bbox.height / devicePixelRatio).map((tick) => tick.label),
  });
  const atRight = (shown: View): ValueAxis => shown.right ?? shown;
  return {
    mode: 2,
    ...size,
    pxAlign: 1,
    padding: [10, 14, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, auto: false, distr: distr(view.xKind), asinh: view.xLinearBelow, log: 10, range: () => [...read().view.x] },
      y: valueScale((shown) => shown),
      ...(view.right ? { right: valueScale(atRight) } : {}),
    },
    axes: [
      {
        ...axis,
        scale: "x",
        size: 24,
        gap: 6,
        grid: { show: false },
        splits: (plot) => ticks(plot).map((tick) => tick.at),
        filter: (_plot, splits) => splits,
        values: (plot) => ticks(plot).map((tick) => tick.label),
      },
      { ...valueAxis((shown) => shown), scale: "y" },
      // One grid is enough.
      ...(view.right ? [{ ...valueAxis(atRight), scale: "right", side: 1 as const, grid: { show: false } }] : []),
    ],
    series: [null as unknown as uPlot.Series, ...seriesOf(read())],
    hooks: {
      drawAxes: [
        (plot) => {
          drawBands(plot, read());
          drawLines(plot, read());
        },
      ],
      draw: [draw],
    },
  };
}
