/** What the Scalars view keeps in the link, read back with care: a link may be cut or made by hand. */

import type { FixedEnds, YScale } from "../../charts/line";
import type { Range } from "../../lib/range";

/** How the vertical axis of one card was set; what is null is that of the view. */
export interface OwnAxis extends FixedEnds {
  readonly scale: YScale | null;
}

const SCALES: readonly unknown[] = ["linear", "log", "symlog"] satisfies YScale[];

const numberOr = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

export function parseAxes(text: string): ReadonlyMap<string, OwnAxis> {
  const axes = new Map<string, OwnAxis>();
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text || "null");
  } catch {
    // Cut short: every axis is as it comes.
  }
  if (parsed === null || typeof parsed !== "object") return axes;
  for (const [key, value] of Object.entries(parsed)) {
    if (value === null || typeof value !== "object") continue;
    const { scale, min, max } = value as Record<string, unknown>;
    const ends = { min: numberOr(min), max: numberOr(max) };
    if (ends.min !== null && ends.max !== null && !(ends.min < ends.max)) continue;
    axes.set(key, { scale: SCALES.includes(scale) ? (scale as YScale) : null, ...ends });
  }
  return axes;
}

/** `low..high`; null for anything else. */
export function parseRange(text: string): Range | null {
  const parts = text.split("..");
  if (parts.length !== 2 || parts.some((part) => part.trim() === "")) return null;
  const [low = NaN, high = NaN] = parts.map(Number);
  return low < high && Number.isFinite(high - low) ? [low, high] : null;
}

export function writeRange(range: Range | null): string {
  return range === null ? "" : `${range[0]}..${range[1]}`;
}
