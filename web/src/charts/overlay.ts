/** What moves with the pointer, on a canvas of its own so that the lines under it need not be drawn again. */

import { nearestIndex } from "../lib/nearest";
import type { Range } from "../lib/range";
import type { DragArea } from "./gestures";
import { indicesWithin, type Line } from "./line";
import type { ChartModel, Stroke } from "./options";
import { tracePolyline, type ToPixel } from "./strokes";

export interface OverlayState {
  /** Where the vertical line stands, in units of x. */
  readonly cursorX: number | null;
  /** The page's step when the pointer is somewhere else. */
  readonly pinnedX: number | null;
  readonly selection: DragArea | null;
  /** A stretch of x that was marked, in units of x. */
  readonly range: Range | null;
  /** The line under the pointer stands out. */
  readonly emphasis: Stroke | null;
}

/** Dots on more lines than this hide the lines. */
const MOST_DOTS = 60;

interface Place {
  readonly width: number;
  readonly height: number;
  readonly toX: ToPixel;
  /** On the vertical axis of the line. */
  readonly toY: (line: Line) => ToPixel;
}

function drawCursor(context: CanvasRenderingContext2D, model: ChartModel, at: number, place: Place, dashed: boolean): void {
  const { width, height, toX, toY } = place;
  const px = Math.round(toX(at)) + 0.5;
  if (px < -1 || px > width + 1) return;
  context.strokeStyle = model.theme.cursor;
  context.lineWidth = 1;
  context.setLineDash(dashed ? [3, 3] : []);
  context.beginPath();
  context.moveTo(px, 0);
  context.lineTo(px, height);
  context.stroke();
  context.setLineDash([]);
  const strokes = model.strokes.filter((stroke) => !stroke.faded);
  if (strokes.length > MOST_DOTS) return;
  for (const { line, column } of strokes) {
    const index = nearestIndex(line.x, at);
    if (index < 0) continue;
    const [x, y] = [toX(line.x[index] as number), toY(line)(column[index] as number)];
    // A run that ended long before the cursor has no value here.
    if (Math.abs(x - px) > width / 8 || y < -2 || y > height + 2) continue;
    context.beginPath();
    context.arc(x, y, 3.2, 0, 2 * Math.PI);
    context.fillStyle = line.color;
    context.fill();
    context.strokeStyle = model.theme.surface;
    context.lineWidth = 1.5;
    context.stroke();
  }
}

function drawEmphasis(context: CanvasRenderingContext2D, model: ChartModel, { line, column }: Stroke, { toX, toY }: Place): void {
  context.beginPath();
  tracePolyline(context, line.x, column, line.nonfinite.x, indicesWithin(line.x, model.view.x), toX, toY(line));
  context.lineJoin = "round";
  // No halo: it would hide the markers of values that are no number.
  context.strokeStyle = line.color;
  context.lineWidth = 2.6;
  context.setLineDash([...line.dash]);
  context.stroke();
  context.setLineDash([]);
}

function drawRange(context: CanvasRenderingContext2D, model: ChartModel, range: Range, { width, height, toX }: Place): void {
  const [low, high] = [toX(range[0]), toX(range[1])];
  if (high < 0 || low > width) return;
  context.fillStyle = model.theme.accent;
  context.globalAlpha = 0.1;
  context.fillRect(low, 0, high - low, height);
  context.globalAlpha = 1;
  // The bar at the top moves the range, the knobs its edges.
  context.fillRect(low, 0, high - low, 3);
  for (const edge of [low, high]) {
    const at = Math.round(edge);
    context.fillRect(at - 0.5, 0, 1, height);
    context.fillRect(at - 2.5, height / 2 - 9, 5, 18);
  }
}

/** The line whose value at `x` is nearest to the height `top` in pixels; null where none is near. */
export function strokeNear(model: ChartModel, x: number, top: number, toY: (line: Line) => ToPixel, reach = 24): Stroke | null {
  let near: Stroke | null = null;
  let shortest = reach;
  for (const stroke of model.strokes) {
    const index = stroke.faded ? -1 : nearestIndex(stroke.line.x, x);
    const distance = index < 0 ? Infinity : Math.abs(toY(stroke.line)(stroke.column[index] as number) - top);
    if (distance <= shortest) [near, shortest] = [stroke, distance];
  }
  return near;
}

/** Draws the cursor, its dots and a drag in progress onto a canvas that covers the plot's area. */
export function drawOverlay(context: CanvasRenderingContext2D, model: ChartModel, state: OverlayState, place: Place): void {
  const { width, height } = place;
  const { canvas } = context;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (state.range) drawRange(context, model, state.range, place);
  if (state.emphasis && model.strokes.includes(state.emphasis)) drawEmphasis(context, model, state.emphasis, place);
  if (state.pinnedX !== null && state.pinnedX !== state.cursorX) drawCursor(context, model, state.pinnedX, place, state.cursorX !== null);
  if (state.cursorX !== null) drawCursor(context, model, state.cursorX, place, false);
  if (state.selection) {
    const [x0, x1] = state.selection.x ?? [0, 1];
    const [y0, y1] = state.selection.y ?? [0, 1];
    context.fillStyle = model.theme.cursor;
    context.globalAlpha = 0.12;
    context.fillRect(x0 * width, (1 - y1) * height, (x1 - x0) * width, (y1 - y0) * height);
    context.globalAlpha = 0.6;
    context.lineWidth = 1;
    context.strokeStyle = model.theme.cursor;
    context.strokeRect(x0 * width + 0.5, (1 - y1) * height + 0.5, (x1 - x0) * width - 1, (y1 - y0) * height - 1);
    context.globalAlpha = 1;
  }
}
