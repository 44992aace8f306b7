/** What the Scalars view keeps in the link, read back with care: a link may be cut or made by hand. */

import { FREE_ENDS, type FixedEnds, type YScale } from "../../charts/line";
import type { Range } from "../../lib/range";

/** How the axes of one card were set; what is null is that of the view. */
export interface OwnAxis extends FixedEnds {
  /** Of the vertical axis. */
  readonly scale: YScale | null;
  readonly xScale: YScale | null;
}

export const NO_OWN_AXIS: OwnAxis = { scale: null, xScale: null, ...FREE_ENDS };

export function isAsTheView({ scale, xScale, min, max }: OwnAxis): boolean {
  return scale === null && xScale === null && min === null && max === null;
}

const SCALES: readonly unknown[] = ["linear", "log", "symlog"] satisfies YScale[];

const numberOr = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

const scaleOr = (value: unknown): YScale | null => (SCALES.includes(value) ? (value as YScale) : null);

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
    const { scale, xScale, min, max } = value as Record<string, unknown>;
    const ends = { min: numberOr(min), max: numberOr(max) };
    if (ends.min !== null && ends.max !== null && !(ends.min < ends.max)) continue;
    axes.set(key, { scale: scaleOr(scale), xScale: scaleOr(xScale), ...ends });
  }
  return axes;
}

/** Keys of pinned cards. */
export function parsePins(text: string): readonly string[] {
  try {
    const pins: unknown = JSON.parse(text || "[]");
    return Array.isArray(pins) ? pins.filter((pin) => typeof pin === "string") : [];
  } catch {
    // A link that was cut: nothing is pinned.
    return [];
  }
}

export function writePins(pins: readonly string[]): string {
  return pins.length > 0 ? JSON.stringify(pins) : "";
}

export function writeAxes(axes: ReadonlyMap<string, OwnAxis>): string {
  return axes.size > 0 ? JSON.stringify(Object.fromEntries(axes)) : "";
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
