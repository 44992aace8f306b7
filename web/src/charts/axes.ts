/** Ticks and their labels for both axes of a chart; the canvas and the exported SVG use the same. */

import { formatDurationTick, formatLogTick, formatStepTick, formatTick, formatWallTick } from "../lib/format";
import { durationTicks, linearTicks, logTicks, spacingOf, symlogTicks, wallTicks } from "../lib/ticks";
import type { View, XUnit } from "./line";

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const X_TICK_PIXELS = 52;
const Y_TICK_PIXELS = 30;

export function xTicks(unit: XUnit, min: number, max: number, pixels: number): Tick[] {
  // Clocks and durations are longer than steps.
  const count = Math.max(2, Math.floor(pixels / (unit === "step" ? X_TICK_PIXELS : X_TICK_PIXELS * 1.5)));
  if (unit === "step") {
    return linearTicks(min, max, count, { integral: true }).map((at) => ({ at, label: formatStepTick(at) }));
  }
  const offset = unit === "wall" ? new Date(min * 1000).getTimezoneOffset() * 60 : 0;
  const ticks = unit === "wall" ? wallTicks(min, max, count, offset) : durationTicks(min, max, count);
  const spacing = spacingOf(ticks);
  const format = unit === "wall" ? formatWallTick : formatDurationTick;
  return ticks.map((at) => ({ at, label: format(at, spacing) }));
}

export function yTicks(view: Pick<View, "y" | "yKind" | "linearBelow">, pixels: number): Tick[] {
  const [min, max] = view.y;
  const count = Math.max(2, Math.floor(pixels / Y_TICK_PIXELS));
  if (view.yKind === "linear") {
    const ticks = linearTicks(min, max, count);
    const spacing = spacingOf(ticks);
    return ticks.map((at) => ({ at, label: formatTick(at, spacing) }));
  }
  const ticks = view.yKind === "log" ? logTicks(min, max, count) : symlogTicks(min, max, view.linearBelow, count);
  return ticks.map((at) => ({ at, label: formatLogTick(at) }));
}

/** Maps a value to 0..1 of the y axis as it is scaled. */
export function yFraction(view: Pick<View, "y" | "yKind" | "linearBelow">): (value: number) => number {
  const scaled =
    view.yKind === "linear" ? (value: number) => value
    : view.yKind === "log" ? (value: number) => Math.log10(value)
    : (value: number) => Math.asinh(value / view.linearBelow);
  const low = scaled(view.y[0]);
  const span = scaled(view.y[1]) - low;
  return (value) => (scaled(value) - low) / span;
}
