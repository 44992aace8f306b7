/** Curves of one quantity over another (precision over recall, ...): paths, and the point under the pointer. */

import type { Range } from "../lib/range";

export interface Curve {
  readonly id: string;
  readonly label: string;
  /** A CSS colour. */
  readonly color: string;
  readonly dashed?: boolean;
  /** One length; what is not finite breaks the line. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Points that stand out: the chosen threshold, ... */
  readonly marks?: readonly number[];
}

export interface CurvePlace {
  readonly id: string;
  readonly index: number;
}

export interface Window {
  readonly x: Range;
  readonly y: Range;
}

export const UNIT_WINDOW: Window = { x: [0, 1], y: [0, 1] };

/** Maps a value of the range to pixels; a falling pair of pixels turns the axis round. */
export function toPixels([low, high]: Range, [from, to]: Range): (value: number) => number {
  const scale = (to - from) / (high - low);
  return (value) => from + (value - low) * scale;
}

/** An SVG path; broken where a point is not finite. */
export function pathOf({ x, y }: Curve, toX: (value: number) => number, toY: (value: number) => number): string {
  let path = "";
  let down = false;
  for (let index = 0; index < x.length; index += 1) {
    const [left, top] = [toX(x[index] as number), toY(y[index] as number)];
    if (!Number.isFinite(left) || !Number.isFinite(top)) {
      down = false;
      continue;
    }
    path += `${down ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`;
    down = true;
  }
  return path;
}

/** The point nearest to a place in pixels, at most `reach` away; null where there is none. */
export function nearestPoint(curves: readonly Curve[], toX: (value: number) => number, toY: (value: number) => number, left: number, top: number, reach: number): CurvePlace | null {
  let best = reach * reach;
  let found: CurvePlace | null = null;
  for (const { id, x, y } of curves) {
    for (let index = 0; index < x.length; index += 1) {
      const distance = (toX(x[index] as number) - left) ** 2 + (toY(y[index] as number) - top) ** 2;
      // NaN is never smaller.
      if (distance < best) [best, found] = [distance, { id, index }];
    }
  }
  return found;
}

/** A window dragged open between two corners, within the one that is shown; null for a drag too small to be meant. */
export function draggedWindow(shown: Window, from: readonly [number, number], to: readonly [number, number]): Window | null {
  const order = (one: number, other: number): Range => [Math.min(one, other), Math.max(one, other)];
  const clamp = ([low, high]: Range, [least, most]: Range): Range => [Math.max(low, least), Math.min(high, most)];
  const x = clamp(order(from[0], to[0]), shown.x);
  const y = clamp(order(from[1], to[1]), shown.y);
  const wide = ([low, high]: Range, [least, most]: Range) => high - low > (most - least) * 0.02;
  return wide(x, shown.x) && wide(y, shown.y) ? { x, y } : null;
}
