/** Draws the lines of a chart onto uPlot's canvas. */

import type uPlot from "uplot";
import type { Range } from "../lib/range";
import { indicesWithin, type YScale } from "./line";
import { BAND_ALPHA, DOT_RADIUS, RAW_ALPHA, scaleOf, weightOf, type ChartModel } from "./options";
import { dottedIndices, sidesteps, traceBand, traceBeside, tracePolyline, type ToPixel } from "./strokes";

interface Scales {
  readonly toX: ToPixel;
  readonly toY: (line: ChartModel["lines"][number]) => ToPixel;
}

/** From values to pixels. Of a linear scale two places tell all others, which is many times faster than asking uPlot for each. */
function toPixels(plot: uPlot, scale: string, [low, high]: Range, kind: YScale): ToPixel {
  const ask = (value: number) => plot.valToPos(value, scale, true);
  if (kind !== "linear" || !(high > low)) return ask;
  const [from, to] = [ask(low), ask(high)];
  const perUnit = (to - from) / (high - low);
  return (value) => from + (value - low) * perUnit;
}

/** Bands under all lines, and what is faded behind what is not. */
export function paintLines(plot: uPlot, model: ChartModel): void {
  const { ctx, bbox } = plot;
  const { view } = model;
  const left = toPixels(plot, "y", view.y, view.yKind);
  const right = view.right ? toPixels(plot, "right", view.right.y, view.right.yKind) : left;
  const scales: Scales = { toX: toPixels(plot, "x", view.x, view.xKind), toY: (line) => (scaleOf(view, line) === "right" ? right : left) };
  const ratio = devicePixelRatio;
  // One clip for all: one for each of hundreds of lines takes longer than the lines.
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - ratio, bbox.top - ratio, bbox.width + 2 * ratio, bbox.height + 2 * ratio);
  ctx.clip();
  paintBands(ctx, model, scales);
  paintStrokes(ctx, model, scales, ratio);
  ctx.restore();
}

function paintBands(ctx: CanvasRenderingContext2D, { lines, view }: ChartModel, { toX, toY }: Scales): void {
  ctx.globalAlpha = BAND_ALPHA;
  for (const line of lines) {
    const { band, x, color } = line;
    if (!band) continue;
    ctx.beginPath();
    traceBand(ctx, x, band, indicesWithin(x, view.x), toX, toY(line));
    ctx.fillStyle = color;
    ctx.fill();
  }
}

/**
 * Lines wider than a pixel are bundles of lines as wide as a pixel: what is not wider a browser draws straight away, of anything
 * wider it makes an outline first and fills that, which for curves of a thousand points takes twenty times as long.
 */
function paintStrokes(ctx: CanvasRenderingContext2D, { strokes, lines, view }: ChartModel, { toX, toY }: Scales, ratio: number): void {
  const weight = weightOf(lines.length);
  const radius = DOT_RADIUS * ratio;
  ctx.lineJoin = "round";
  for (const { line, column, faded } of strokes) {
    const width = (faded ? 1 : weight.width) * ratio;
    const places = toY(line);
    const stretch = indicesWithin(line.x, view.x);
    ctx.globalAlpha = faded ? RAW_ALPHA : weight.alpha;
    ctx.strokeStyle = line.color;
    let alone: readonly number[];
    ctx.beginPath();
    // The dashes of a bundle would drift apart.
    if (width <= 1 || line.dash.length > 0) {
      ctx.lineWidth = width;
      ctx.setLineDash(line.dash.map((length) => length * ratio));
      alone = tracePolyline(ctx, line.x, column, line.nonfinite.x, stretch, toX, places);
    } else {
      ctx.lineWidth = 1;
      ctx.setLineDash([]);
      alone = traceBeside(ctx, sidesteps(width), line.x, column, line.nonfinite.x, stretch, toX, places);
    }
    ctx.stroke();
    const dotted = faded ? alone : dottedIndices(line, view.x, alone);
    if (dotted.length === 0) continue;
    ctx.fillStyle = line.color;
    ctx.beginPath();
    for (const index of dotted) {
      const [px, py] = [toX(line.x[index] as number), places(column[index] as number)];
      ctx.moveTo(px + radius, py);
      ctx.arc(px, py, radius, 0, 2 * Math.PI);
    }
    ctx.fill();
  }
}
