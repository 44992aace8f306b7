/** uPlot's options for a line chart, made from data alone. */

import type uPlot from "uplot";
import { scaledXTicks, yTicks } from "./axes";
import { drawnColumns, type Line, type ValueAxis, type View, type XUnit, type YScale, type Zoom } from "./line";

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

/** One column of a line. */
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
  return lineCount <= 120 ? { width: 1, alpha: 0.85 } : { width: 0.8, alpha: 0.5 };
}

export function strokesOf({ lines, rawShown }: Pick<ChartSubject, "lines" | "rawShown">): Stroke[] {
  const all = lines.flatMap((line) => drawnColumns(line, rawShown).map((column, index) => ({ line, column, faded: index > 0 })));
  return [...all.filter((stroke) => stroke.faded), ...all.filter((stroke) => !stroke.faded)];
}

export function modelOf(subject: ChartSubject): ChartModel {
  return { ...subject, strokes: strokesOf(subject) };
}

/** What uPlot is given to draw: it has the axes, `paint.ts` the lines. */
export const NO_DATA = [null, [[], []]] as unknown as uPlot.AlignedData;

/** What makes a new plot necessary; everything else is new data, or other ends and thresholds, for the plot that is there. */
export function shapeOf({ xUnit, view, theme }: ChartSubject): string {
  return JSON.stringify([xUnit, view.xKind, view.yKind, view.right?.yKind, theme]);
}

/** Where each scale turns linear if its logarithm is symmetric: it moves with what is in view. */
export function thresholdsOf(view: View): readonly (readonly [scale: string, linearBelow: number])[] {
  return [["x", view.xLinearBelow], ["y", view.linearBelow], ...(view.right ? [["right", view.right.linearBelow] as const] : [])];
}

/** The scale of a line's vertical axis, by uPlot's name. */
export function scaleOf(view: View, line: Pick<Line, "side">): "y" | "right" {
  return line.side === "right" && view.right ? "right" : "y";
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
    // uPlot takes its x scale from the first series; it draws nothing of it.
    series: [null as unknown as uPlot.Series, { facets: [{ scale: "x", auto: false }, { scale: "y", auto: false }], show: false }],
    hooks: { draw: [draw] },
  };
}
