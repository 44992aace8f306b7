/** The window of a minimap: plain geometry in fractions of the whole. */

import type { Range } from "../lib/range";

/** What of the window a pointer or a key holds; `new` draws another one. */
export type MapGrip = "low" | "high" | "body" | "new";

/** A narrower window could not be taken hold of again. */
export const NARROWEST = 0.002;

const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** What lies under the pointer; `reach` is how near to an edge holds it. */
export function mapGripAt([low, high]: Range, at: number, reach: number): MapGrip {
  const [toLow, toHigh] = [Math.abs(at - low), Math.abs(at - high)];
  // The edges of a narrow window are held from outside, so that it can be moved too.
  const inside = at > low && at < high;
  const near = inside ? Math.min(reach, (high - low) / 4) : reach;
  if (Math.min(toLow, toHigh) <= near) return toLow <= toHigh ? "low" : "high";
  return inside ? "body" : "new";
}

/** The window after a part of it moved by `by`; it stays within the whole and does not turn over. */
export function movedWindow([low, high]: Range, grip: Exclude<MapGrip, "new">, by: number): Range {
  const [from, to] = [within(low, 0, 1), within(high, 0, 1)];
  if (grip === "low") return [within(from + by, 0, Math.max(0, to - NARROWEST)), to];
  if (grip === "high") return [from, within(to + by, Math.min(1, from + NARROWEST), 1)];
  const shift = within(by, -from, 1 - to);
  return [from + shift, to + shift];
}

/** A window drawn from one place to another; where both are one, the window that was there is put around it. */
export function drawnWindow(window: Range, from: number, to: number): Range {
  const [low, high] = [within(Math.min(from, to), 0, 1), within(Math.max(from, to), 0, 1)];
  if (high - low >= NARROWEST) return [low, high];
  return movedWindow(window, "body", low - (window[0] + window[1]) / 2);
}
