/** Lines of the parallel coordinates in pixels. */

import type { AxisScale } from "./scales";
import type { Cell } from "./conditions";

export const TOP = 44;
export const BOTTOM = 34;
export const SIDE = 56;
/** What has no place on an axis stands this far below it. */
export const GAP_BELOW = 16;

export interface AxisPlace {
  readonly key: string;
  readonly x: number;
  readonly scale: AxisScale;
  readonly inverted: boolean;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
}

export function axisX(index: number, count: number, width: number): number {
  return count === 1 ? width / 2 : SIDE + (index * (width - 2 * SIDE)) / (count - 1);
}

/** From a place on the axis (0 to 1) to pixels from the top, and back. */
export function yOf(at: number, { height }: Frame, inverted: boolean): number {
  return TOP + (inverted ? at : 1 - at) * (height - TOP - BOTTOM);
}

export function placeAt(y: number, { height }: Frame, inverted: boolean): number {
  const at = (y - TOP) / (height - TOP - BOTTOM);
  return inverted ? at : 1 - at;
}

/** float32[rows * axes], row by row. */
export function linePoints(rows: readonly number[], axes: readonly Omit<AxisPlace, "x">[], cells: (key: string) => readonly Cell[], frame: Frame): Float32Array {
  const points = new Float32Array(rows.length * axes.length);
  axes.forEach(({ key, scale, inverted }, axis) => {
    const column = cells(key);
    // Few distinct values: the place of each is found once.
    const known = new Map<Cell, number>();
    for (let index = 0; index < rows.length; index += 1) {
      const cell = column[rows[index]!];
      let y = known.get(cell);
      if (y === undefined) {
        const at = scale.place(cell);
        y = at === null ? frame.height - BOTTOM + GAP_BELOW : yOf(at, frame, inverted);
        known.set(cell, y);
      }
      points[index * axes.length + axis] = y;
    }
  });
  return points;
}

/** How far along a curve is whose x is `share` of the way: the control points stand in the middle. */
function curveShare(share: number): number {
  let t = share;
  for (let round = 0; round < 6; round += 1) {
    const x = 1.5 * t - 1.5 * t * t + t * t * t;
    t -= (x - share) / (1.5 - 3 * t + 3 * t * t);
  }
  return t * t * (3 - 2 * t);
}

/** Index of the line nearest to a point, at most `reach` pixels away; -1 where there is none. Lines that are not `kept` are passed over. */
export function nearestLine(points: Float32Array, xs: readonly number[], curved: boolean, x: number, y: number, kept: Uint8Array, reach = 10): number {
  const axes = xs.length;
  if (axes === 0) return -1;
  let left = 0;
  while (left < axes - 2 && xs[left + 1]! < x) left += 1;
  const [from, to] = [xs[left]!, xs[left + 1] ?? xs[left]!];
  if (x < xs[0]! - reach || x > xs[axes - 1]! + reach) return -1;
  const share = to > from ? Math.min(1, Math.max(0, (x - from) / (to - from))) : 0;
  const mixed = curved ? curveShare(share) : share;
  const step = to > from ? 1 : 0;
  let best = -1;
  let nearest = reach;
  for (let line = 0; line < kept.length; line += 1) {
    if (kept[line] === 0) continue;
    const a = points[line * axes + left]!;
    const away = Math.abs(a + (points[line * axes + left + step]! - a) * mixed - y);
    if (away < nearest) [best, nearest] = [line, away];
  }
  return best;
}

/** An order in which the first few stand for all: a fixed shuffle. */
export function shuffled(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  let seed = 0x9e3779b9;
  for (let index = count - 1; index > 0; index -= 1) {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    const other = (seed >>> 0) % (index + 1);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}
