/** Lines as SVG paths, and how thick they are. */

import type { Point } from "./layout";

/** Through every point, leaving and entering downwards. */
export function linePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${round(first[0])} ${round(first[1])}`;
  let [x, y] = first;
  for (const [nextX, nextY] of rest) {
    const middle = (y + nextY) / 2;
    path += Math.abs(nextX - x) < 0.5 ? `L${round(nextX)} ${round(nextY)}` : `C${round(x)} ${round(middle)} ${round(nextX)} ${round(middle)} ${round(nextX)} ${round(nextY)}`;
    [x, y] = [nextX, nextY];
  }
  return path;
}

/** Where a line's text stands: just behind the box that it leaves, before anything else can be in its way. */
export function labelPoint(points: readonly Point[]): Point | null {
  const [first, second] = points;
  if (!first || !second) return null;
  const share = Math.min(0.5, 16 / Math.max(1, Math.abs(second[1] - first[1])));
  return [first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share];
}

/** In pixels: a step of one for every factor of thirty. */
export function lineWidth(bytes: number): number {
  return bytes <= 0 ? 1 : Math.min(7, Math.max(1, Math.log(bytes) / Math.log(30) - 0.6));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
