/** From points to strokes: polylines broken where a value is no number, dots where a line would not be seen. */

import { indexAtOrBefore, type Column } from "../lib/nearest";
import type { Range } from "../lib/range";
import { indicesWithin, type Line } from "./line";

/** Receives drawing commands; `Path2D` is one. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

export type ToPixel = (value: number) => number;

/** Pixels beyond which canvases lose precision; lines to outliers end there. */
const FAR = 1e5;
const near = (pixel: number) => (pixel > FAR ? FAR : pixel < -FAR ? -FAR : pixel);

/**
 * Draws the polyline of `x` and `y` with a gap wherever a value of `breaks` (ascending) lies between two points.
 * Returns the indices of points that have no neighbour to be joined to.
 */
export function tracePolyline(pen: Pen, x: Column, y: Column, breaks: Column, [start, stop]: readonly [number, number], toX: ToPixel, toY: ToPixel): number[] {
  const alone: number[] = [];
  let next = start < stop ? indexAtOrBefore(breaks, x[start] as number) + 1 : 0;
  let strokeLength = 0;
  for (let index = start; index < stop; index += 1) {
    const at = x[index] as number;
    let broken = index === start;
    while (next < breaks.length && (breaks[next] as number) <= at) {
      broken = true;
      next += 1;
    }
    const px = near(toX(at));
    const py = near(toY(y[index] as number));
    if (broken) {
      if (strokeLength === 1) alone.push(index - 1);
      pen.moveTo(px, py);
      strokeLength = 1;
    } else {
      pen.lineTo(px, py);
      strokeLength += 1;
    }
  }
  if (strokeLength === 1) alone.push(stop - 1);
  return alone;
}

/** How far beside a line of `width` pixels each line of its bundle runs, each a pixel wide. */
export function sidesteps(width: number): number[] {
  const count = Math.max(1, Math.ceil(width - 1e-9));
  return Array.from({ length: count }, (_, index) => (count === 1 ? 0 : (index / (count - 1) - 0.5) * (width - 1)));
}

/**
 * Draws lines beside the polyline that `tracePolyline` draws, `steps` pixels from it: together they are one wide line. Where it turns
 * back they stay on their side, so that spikes are as wide as slopes. Returns what `tracePolyline` does.
 */
export function traceBeside(pen: Pen, steps: readonly number[], x: Column, y: Column, breaks: Column, range: readonly [number, number], toX: ToPixel, toY: ToPixel): number[] {
  const places = new Float64Array(2 * Math.max(0, range[1] - range[0]));
  const begins: number[] = [];
  let size = 0;
  const put = (px: number, py: number) => {
    places[size++] = px;
    places[size++] = py;
  };
  const alone = tracePolyline({ moveTo: (px, py) => (begins.push(size), put(px, py)), lineTo: put }, x, y, breaks, range, toX, toY);
  begins.push(size);
  for (const step of steps) {
    for (let stretch = 0; stretch + 1 < begins.length; stretch += 1) besideStretch(pen, step, places, begins[stretch] as number, begins[stretch + 1] as number);
  }
  return alone;
}

function besideStretch(pen: Pen, step: number, places: Float64Array, begin: number, end: number): void {
  let acrossX = 0;
  let acrossY = 1;
  for (let at = begin; at < end; at += 2) {
    // Every point lies beside the line that leads to it, the first beside the one that leaves it.
    const to = at === begin ? Math.min(at + 2, end - 2) : at;
    if (to > begin) {
      const dx = (places[to] as number) - (places[to - 2] as number);
      const dy = (places[to + 1] as number) - (places[to - 1] as number);
      const length = (dx * acrossY < dy * acrossX ? -1 : 1) * Math.sqrt(dx * dx + dy * dy);
      if (length !== 0) {
        acrossX = -dy / length;
        acrossY = dx / length;
      }
    }
    const px = (places[at] as number) + step * acrossX;
    const py = (places[at + 1] as number) + step * acrossY;
    if (at === begin) pen.moveTo(px, py);
    else pen.lineTo(px, py);
  }
}

/** Draws the outline of a band: along its upper edge and back along its lower one. */
export function traceBand(pen: Pen, x: Column, { low, high }: { readonly low: Column; readonly high: Column }, [start, stop]: readonly [number, number], toX: ToPixel, toY: ToPixel): void {
  const draw = (index: number, column: Column, first: boolean) => {
    const [px, py] = [near(toX(x[index] as number)), near(toY(column[index] as number))];
    if (first) pen.moveTo(px, py);
    else pen.lineTo(px, py);
  };
  for (let index = start; index < stop; index += 1) draw(index, high, index === start);
  for (let index = stop - 1; index >= start; index -= 1) draw(index, low, false);
}

export type MarkerKind = "nan" | "+inf" | "-inf";

export interface Marker {
  readonly kind: MarkerKind;
  /** Plot coordinates in pixels. */
  readonly px: number;
  readonly py: number;
}

const MARKER_KINDS: readonly MarkerKind[] = ["nan", "+inf", "-inf"];

/**
 * Where the triangles of a line's non-finite values go: NaN at the height of the last number before it (else of the first one after),
 * infinities at the edge they went over. Markers of one kind closer than `spacing` pixels are one.
 */
export function markersOf(line: Line, column: Float64Array, window: Range, toX: ToPixel, toY: ToPixel, top: number, bottom: number, spacing = 7): Marker[] {
  const { x, kind } = line.nonfinite;
  const markers: Marker[] = [];
  const lastAt = [-Infinity, -Infinity, -Infinity];
  const clamp = (py: number) => Math.min(bottom, Math.max(top, py));
  for (let index = 0; index < x.length; index += 1) {
    const at = x[index] as number;
    if (at < window[0] || at > window[1]) continue;
    const which = kind[index] as number;
    const px = toX(at);
    if (px - (lastAt[which] as number) < spacing) continue;
    lastAt[which] = px;
    const before = Math.max(0, indexAtOrBefore(line.x, at));
    const level = column[before];
    const py = which === 1 ? top : which === 2 ? bottom : level === undefined ? (top + bottom) / 2 : clamp(toY(level));
    markers.push({ kind: MARKER_KINDS[which] ?? "nan", px, py });
  }
  return markers;
}

/** Corners of a marker's triangle: it points down for -Inf, else up. */
export function triangle({ kind, px, py }: Marker, size: number): readonly (readonly [number, number])[] {
  const tip = kind === "-inf" ? size : -size;
  return [[px, py + tip], [px + size, py - tip * 0.7], [px - size, py - tip * 0.7]];
}

/** Fewer points than this in view are dots on their line. */
export const DOTS_UP_TO = 24;

/** Indices of the points drawn as dots: all of a sparse line, else those that no stroke joins. */
export function dottedIndices(line: Line, window: Range, alone: readonly number[]): readonly number[] {
  const [start, stop] = indicesWithin(line.x, window);
  if (stop - start > DOTS_UP_TO) return alone;
  return Array.from({ length: stop - start }, (_, offset) => start + offset);
}
