/** The marked range of a chart: where it can be taken hold of, and what moving it makes of it. */

import type { Range } from "../lib/range";

export type Grip = "low" | "high" | "body";

/** Pixels beside an edge that still take hold of it. */
const REACH = 5;
/** Height of the strip at the top of the plot that moves the whole range. */
export const STRIP_PIXELS = 14;

/** What of the range, from `low` to `high` in pixels, lies at a point. An edge goes before the strip. */
export function gripAt([low, high]: Range, { left, top }: { left: number; top: number }): Grip | null {
  const [toLow, toHigh] = [Math.abs(left - low), Math.abs(left - high)];
  if (Math.min(toLow, toHigh) <= REACH) return toLow < toHigh || (toLow === toHigh && left < low) ? "low" : "high";
  return top <= STRIP_PIXELS && left > low && left < high ? "body" : null;
}

/** The range after its grip went from `from` to `to`; an edge that passes the other changes places with it. */
export function slid([low, high]: Range, grip: Grip, from: number, to: number): Range {
  const shift = to - from;
  if (grip === "body") return [low + shift, high + shift];
  const ends = grip === "low" ? [low + shift, high] : [low, high + shift];
  return [Math.min(...ends), Math.max(...ends)];
}
